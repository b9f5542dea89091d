/** Damaged at random, a file gives a graph or a refusal: no other exception, and nothing that takes long. */
import { describe, expect, test } from "vitest";
import { exportTflite } from "../../codegen/export/tflite/export-tflite.js";
import { isFloat, validateFloat } from "../../codegen/float/validate.js";
import { print } from "../../codegen/graph/print.js";
import { validate } from "../../codegen/graph/validate.js";
import { importTflite } from "../../codegen/import/tflite/import-tflite.js";
import { runFloatPasses } from "../../codegen/passes/float/index.js";
import { format } from "../../codegen/problems/format.js";
import { goldenFile, goldenNames } from "../golden/golden.js";
import { randomFloatGraph } from "../passes/float-graphs.js";
import { problemsOf } from "../support/problems.js";
import { build, convModel, statefulModel } from "./raw-model.js";

const LIMIT_MS = 2000;
const ROUNDS = 4000;

/** Of a graph in which convolutions, transpositions and changes of shape meet. */
const FLOAT_SEED = 176;

/** Numbers that damage likes: borders of types, small indexes, and offsets. */
const INTERESTING = [0, 1, 2, 3, 4, 8, 127, 128, 255, 65_535, 2 ** 30, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/** Mulberry32: uniform below `limit`, the same for the same seed. */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

/** Whether a file is taken; that every problem has words is checked on the way. */
function survives(bytes: Uint8Array): boolean {
  const start = performance.now();
  const problems = problemsOf(() => {
    const graph = importTflite(bytes, "fuzz");
    print(graph);
    return isFloat(graph) ? validateFloat(runFloatPasses(graph)) : validate(graph);
  });
  expect(performance.now() - start).toBeLessThan(LIMIT_MS);
  for (const problem of problems) format(problem);
  return problems.length === 0;
}

const MODELS = [
  "hello_world_int8",
  "hello_world_fp32",
  "keyword_scrambled_8bit",
  "mnist_lstm_int8",
  "mww_v2_hey_jarvis",
  "seanet_transpose_conv0",
];

const files: [string, Uint8Array][] = [
  ["convolution", build(convModel())],
  ["streaming state", build(statefulModel())],
  ["float operators", exportTflite(randomFloatGraph(FLOAT_SEED).graph)],
  ...goldenNames
    .filter((name) => MODELS.includes(name))
    .map((name): [string, Uint8Array] => [name, goldenFile(name)]),
];

describe.each(files)("%s", (_, file) => {
  /** Where the tables are: weights take most of a large file, and damage there is harmless. */
  const spots = (next: (limit: number) => number): number =>
    next(2) === 0 ? next(file.length) : next(Math.min(file.length, 4096));

  test("is valid undamaged", () => {
    expect(survives(file)).toBe(true);
  });

  test("truncated", () => {
    const next = random(1);
    for (let round = 0; round < 500; round++) survives(file.slice(0, next(file.length)));
  });

  test("with one to eight bits flipped", () => {
    const next = random(2);
    let refused = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = file.slice();
      for (let flips = next(8); flips >= 0; flips--) bytes[spots(next)] ^= 1 << next(8);
      if (!survives(bytes)) refused++;
    }
    expect(refused).toBeGreaterThan(ROUNDS / 20);
  });

  test("with one to three words overwritten", () => {
    const next = random(3);
    let refused = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = file.slice();
      const view = new DataView(bytes.buffer);
      for (let words = next(3); words >= 0; words--) {
        const at = Math.min(spots(next) & ~3, bytes.length - 4);
        const value = next(2) === 0 ? INTERESTING[next(INTERESTING.length)] : next(2 * file.length);
        view.setUint32(at, value, true);
      }
      if (!survives(bytes)) refused++;
    }
    expect(refused).toBeGreaterThan(ROUNDS / 20);
  });
});
