/** Inputs of public models, and what TFLM's reference kernels compute of them. */
import { existsSync } from "node:fs";
import { refuse } from "../../problems/problem.js";
import { readBounded } from "../files.js";
import { golden } from "./suite.js";

export interface GoldenVector {
  /** Its number. */
  readonly k: number;
  /** All inputs, one after another, and all outputs. */
  readonly input: Uint8Array;
  readonly output: Uint8Array;
}

/**
 * The vectors of one inference; sequences of models with state are none of them.
 *
 * @throws Refusal `bench-no-vectors`
 */
export async function goldenVectors(model: string): Promise<readonly GoldenVector[]> {
  const path = golden(model, "meta.json");
  if (!existsSync(path)) return refuse("bench-no-vectors", { model });
  const { vectors } = JSON.parse(new TextDecoder().decode(await readBounded(path))) as {
    readonly vectors: readonly { readonly k: number; readonly steps: number }[];
  };
  return Promise.all(
    vectors
      .filter(({ steps }) => steps === 1)
      .map(async ({ k }) => ({
        k,
        input: await readBounded(golden(model, `in_${k}.bin`)),
        output: await readBounded(golden(model, `out_${k}.bin`)),
      })),
  );
}
