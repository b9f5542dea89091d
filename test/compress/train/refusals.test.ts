/** What training refuses, with the codes of all that is wrong. */
import { beforeAll, describe, expect, it } from "vitest";
import { useWasm } from "../../../codegen/compress/train/backend/wasm.js";
import type { TrainingData } from "../../../codegen/compress/train/batches.js";
import type { TrainingOptions } from "../../../codegen/compress/train/options.js";
import { functionTeacher, modelTeacher } from "../../../codegen/compress/train/teacher.js";
import { train } from "../../../codegen/compress/train/train.js";
import { Training } from "../../../codegen/compress/train/training.js";
import type { Graph } from "../../../codegen/graph/graph.js";
import { describe as words } from "../../../codegen/problems/format.js";
import { type Problem, Refusal } from "../../../codegen/problems/problem.js";
import { FloatGraph } from "../../support/float-graph.js";
import { problemsOf, refusalCodes } from "../../support/problems.js";
import { images, tiny } from "./tiny.js";

beforeAll(useWasm);

const data = images(12);
const { samples } = data;
const teacher = functionTeacher(() => Float32Array.of(1, 0, -1));

function codes(
  options: Partial<TrainingOptions>,
  of: TrainingData = data,
  graph: Graph = tiny(),
): Problem["code"][] {
  const problems = problemsOf(() => {
    new Training(graph, of, { epochs: 1, batch: 6, ...options });
    return [];
  });
  for (const problem of problems) {
    const { what, todo } = words(problem);
    expect(`${what} ${todo}`).not.toMatch(/undefined|NaN,|\[object/);
  }
  return problems.map(({ code }) => code);
}

it("nothing is wrong with what the others are variations of", () => {
  expect(codes({})).toEqual([]);
  expect(codes({ teacher }, { samples })).toEqual([]);
});

describe("figures out of their range", () => {
  it.each<Partial<TrainingOptions>>([
    { epochs: 0 },
    { epochs: 1.5 },
    { batch: 0 },
    { learningRate: 0 },
    { learningRate: Number.POSITIVE_INFINITY },
    { learningRate: Number.NaN },
    { seed: -1 },
    { seed: 0.5 },
    { patience: 0, validation: data },
    { temperature: 0 },
    { temperature: Number.POSITIVE_INFINITY },
    { alpha: -0.1 },
    { alpha: 1.1 },
    { hintWeight: -1 },
    { quantization: { delay: 1 } },
    { quantization: { freeze: 0 } },
  ])("%j", (options) => {
    expect(codes(options)).toEqual(["training-option"]);
  });

  it("options that mean nothing without others", () => {
    expect(codes({ patience: 2 })).toEqual(["training-option-alone"]);
    expect(codes({ hints: [{ teacher: "a", student: "b" }] })).toEqual(["training-option-alone"]);
    expect(codes({ alpha: 0.5, teacher }, { samples })).toEqual(["training-option-alone"]);
    expect(codes({ alpha: 1, teacher }, { samples })).toEqual([]);
  });
});

describe("data", () => {
  it("nothing to learn from", () => {
    expect(codes({}, { samples })).toEqual(["labels-missing"]);
  });

  it("labels that do not fit", () => {
    for (const labels of [[0], Array(12).fill(3), Array(12).fill(-1), Array(12).fill(0.5)])
      expect(codes({}, { samples, labels })).toEqual(["training-labels"]);
    expect(codes({ validation: { samples, labels: [1] } })).toEqual(["training-labels"]);
  });

  it("samples that do not fit", () => {
    expect(codes({}, { samples: [], labels: [] })).toEqual(["samples-missing"]);
    expect(codes({ validation: { samples: [] } })).toEqual(["samples-missing"]);
    expect(codes({}, { samples: [[new Float32Array(4)]], labels: [0] })).toContain("sample-shape");
    expect(codes({ validation: { samples: [[new Float32Array(4)]] } })).toEqual(["sample-shape"]);
  });

  it("a teacher whose answers are of another size", () => {
    const other = functionTeacher(() => new Float32Array(4));
    expect(codes({ teacher: other })).toEqual(["teacher-other"]);
  });

  it("hints from tensors that a teacher does not give", () => {
    const hints = [{ teacher: "CONV_2D 2", student: "CONV_2D 2" }];
    expect(codes({ teacher, hints })).toEqual(["tensor-unknown"]);
    expect(refusalCodes(() => modelTeacher(tiny(), ["x"]))).toEqual(["tensor-unknown"]);
  });
});

describe("networks", () => {
  it("without a layer that could be trained", () => {
    const build = new FloatGraph();
    const graph = build.graph([build.op("SOFTMAX", { beta: 1 }, build.input([1, 4]))]);
    const samples = [new FloatGraph(2).random(4), new FloatGraph(3).random(4)].map((it) => [it]);
    expect(codes({}, { samples, labels: [0, 1] }, graph)).toEqual(["nothing-trainable"]);
  });

  it("masks of another size, not of 0 and 1, and of what is not trained", () => {
    const [, weight] = tiny().ops[0].inputs as number[];
    expect(codes({ masks: new Map([[weight, new Uint8Array(35)]]) })).toEqual(["mask-shape"]);
    expect(codes({ masks: new Map([[weight, new Uint8Array(36).fill(2)]]) })).toEqual(["mask-value"]);
    expect(codes({ masks: new Map([[99, new Uint8Array(1)]]) })).toEqual(["mask-not-trained"]);
    expect(codes({ masks: new Map([[0, new Uint8Array(36)]]) })).toEqual(["mask-not-trained"]);
  });

  it("schemes and layers that there are not", () => {
    expect(codes({ quantization: { layers: { x: "int8" } } })).toEqual(["layer-unknown"]);
    expect(codes({ quantization: { scheme: { weights: "int16", activations: "int8" } } })).toEqual([
      "scheme-not-supported",
    ]);
  });
});

it("a loss that is no number any more, at the step where that happens", async () => {
  const promise = train(tiny(), data, { epochs: 30, batch: 6, learningRate: 1e30 });
  await expect(promise).rejects.toThrow(Refusal);
  const [{ code, details }] = (await promise.then(
    () => [],
    (error: Refusal) => error.problems,
  )) as Problem[];
  expect(code).toBe("training-diverged");
  expect((details as { step: number }).step).toBeLessThan(10);
  // Also where there is no step after it.
  const last = train(tiny(), data, { epochs: 1, batch: 12, learningRate: 1e30 });
  await expect(last).rejects.toThrow("training-diverged");
});
