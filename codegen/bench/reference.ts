import { refuse } from "../problems/problem.js";

/** Instructions of TFLM's C++ for one inference, by model. */
export type Reference = ReadonlyMap<string, number>;

/** Instruction sets on which TFLM's instructions were counted: rv32imc, and rv32imac whose atomics no kernel uses. */
export const referenceIsas: readonly string[] = ["rv32imc", "rv32imac"];

/**
 * TFLM's counts: an object with `tflm_instructions` for each model.
 *
 * @param path for messages
 * @throws Refusal `reference-malformed`
 */
export function parseReference(bytes: Uint8Array, path: string): Reference {
  const counts = new Map<string, number>();
  try {
    const models: Record<string, { tflm_instructions?: unknown }> = JSON.parse(
      new TextDecoder().decode(bytes),
    );
    for (const [model, { tflm_instructions: count }] of Object.entries(models))
      if (typeof count === "number" && count > 0) counts.set(model, count);
  } catch {
    return refuse("reference-malformed", { path });
  }
  return counts;
}
