/** Reference models and what TFLM's reference kernels compute with them: ../shared/golden beside the repository. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe } from "vitest";

const FOLDER = resolve(import.meta.dirname, "../../../shared/golden");

interface Meta {
  /** What is known of the model's inputs and outputs: index, name, dtype, shape and quantization. */
  readonly inputs: readonly object[];
  readonly outputs: readonly object[];
  /** Operator kinds, and how many of each. */
  readonly ops: Readonly<Record<string, number>>;
  readonly vectors: readonly { readonly k: number; readonly steps: number }[];
}

export interface GoldenVector {
  readonly k: number;
  /** The bytes of all inputs of each step, from a fresh model on. */
  readonly steps: readonly Uint8Array[];
  /** The bytes of all outputs of all steps. */
  readonly output: Uint8Array;
  /** CRC-32, in hexadecimal, of every tensor that is not constant after the last step, by tensor index, where known. */
  readonly crc32: ReadonlyMap<number, string>;
}

export interface GoldenModel {
  readonly name: string;
  readonly model: Uint8Array;
  readonly vectors: readonly GoldenVector[];
}

/** The names of all models, in alphabetical order; none where the folder is absent. */
export const goldenNames: readonly string[] = existsSync(FOLDER)
  ? readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, "model.tflite")))
  : [];

/** Those of one operator with int16 activations. */
export const int16Names: readonly string[] = goldenNames.filter((name) => name.startsWith("seanet_"));

/** Tests on golden models: they always run in CI, and say so where they cannot run elsewhere. */
export function describeGolden(title: string, tests: () => void): void {
  if (goldenNames.length > 0) return void describe(title, tests);
  if (process.env.CI) throw new Error(`the golden models are absent: ${FOLDER}`);
  console.warn(`SKIPPED: ${title}: the golden models are absent (${FOLDER})`);
  describe.skip(`${title} (golden models absent)`, tests);
}

/** The content of a model's file. */
export function goldenFile(name: string): Uint8Array {
  return readFileSync(join(FOLDER, name, "model.tflite"));
}

/** What is known of a model. */
export function goldenMeta(name: string): Meta {
  return json(name, "meta.json");
}

/** A model with its vectors; `count` limits them to a few that differ in kind. */
export function goldenModel(name: string, count = Number.POSITIVE_INFINITY): GoldenModel {
  const folder = join(FOLDER, name);
  const crcs = existsSync(join(folder, "tensor_crc32.json")) ? json(name, "tensor_crc32.json").vectors : {};
  const few = [...goldenMeta(name).vectors].sort((a, b) => rank(a.k) - rank(b.k)).slice(0, count);
  return {
    name,
    model: goldenFile(name),
    vectors: few.map(({ k, steps }) => ({
      k,
      steps: split(readFileSync(join(folder, `in_${k}.bin`)), steps),
      output: readFileSync(join(folder, `out_${k}.bin`)),
      crc32: new Map(Object.entries<string>(crcs[k] ?? {}).map(([id, crc]) => [Number(id), crc])),
    })),
  };
}

function json(name: string, file: string) {
  return JSON.parse(readFileSync(join(FOLDER, name, file), "utf8"));
}

/** Real inputs first, then random ones, then the constant ones. */
function rank(k: number): number {
  return k >= 12 ? k - 12 : 100 + k;
}

function split(bytes: Uint8Array, parts: number): Uint8Array[] {
  const length = bytes.length / parts;
  return Array.from({ length: parts }, (_, i) => bytes.subarray(i * length, (i + 1) * length));
}
