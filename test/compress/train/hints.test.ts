import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, expect, it } from "vitest";
import { useWasm } from "../../../codegen/compress/train/backend/wasm.js";
import { inputsOf } from "../../../codegen/compress/train/batches.js";
import { differentiable } from "../../../codegen/compress/train/differentiable/model.js";
import { Hints } from "../../../codegen/compress/train/hints.js";
import { modelTeacher, tensorNamed } from "../../../codegen/compress/train/teacher.js";
import { train } from "../../../codegen/compress/train/train.js";
import type { Graph } from "../../../codegen/graph/graph.js";
import { refusalCodes } from "../../support/problems.js";
import { images, tiny } from "./tiny.js";

beforeAll(useWasm);

const { samples } = images(12);

/** The loss of hints between two networks, before anything was trained. */
function lossOf(hint: { teacher: string; student: string }, channels: number) {
  const [teacher, student] = [tiny(9), tiny(5, channels)];
  return tidied(() => {
    const answers = modelTeacher(teacher, [hint.teacher])(samples);
    const hints = new Hints(student, [hint], answers, 1);
    const values = differentiable(student).run(inputsOf(student, samples), new Map());
    const parameters = new Map(
      hints.parameters.map(({ name, values, shape }) => [name, tf.tensor(values, [...shape])]),
    );
    const [loss] = hints.loss(values, answers, parameters).map((it) => it.dataSync()[0]);
    const [found, wanted] = [
      values.get(tensorNamed(student, hint.student))!.arraySync() as number[][][][],
      answers.features.get(hint.teacher)!.arraySync() as number[][][][],
    ];
    return { loss, found, wanted, parameters: hints.parameters };
  });
}

/** What a function gives, which are no tensors; those that it makes go. */
function tidied<Result>(work: () => Result): Result {
  let result: Result;
  tf.tidy(() => {
    result = work();
  });
  return result!;
}

const HINT = { teacher: "CONV_2D 2", student: "CONV_2D 2" };

it("is the mean squared difference where channels are the same", () => {
  const { loss, found, wanted, parameters } = lossOf(HINT, 4);
  expect(parameters).toEqual([]);
  const [a, b] = [found.flat(3), wanted.flat(3)];
  expect(loss).toBeCloseTo(a.reduce((sum, it, i) => sum + (it - b[i]) ** 2, 0) / a.length, 5);
});

it("goes through a regressor where channels differ: a product of channels at each position", () => {
  const { loss, found, wanted, parameters } = lossOf(HINT, 3);
  expect(parameters.map(({ shape }) => shape)).toEqual([[3, 4]]);
  const [{ values }] = parameters;
  let [sum, count] = [0, 0];
  found.flat(2).forEach((ours, at) => {
    wanted.flat(2)[at].forEach((it, k) => {
      const projected = ours.reduce((all, value, c) => all + value * values[4 * c + k], 0);
      sum += (projected - it) ** 2;
      count++;
    });
  });
  expect(loss).toBeCloseTo(sum / count, 5);
});

it("refuses tensors that there are not, and images of another size", () => {
  const codes = (hint: typeof HINT) => refusalCodes(() => lossOf(hint, 3));
  expect(codes({ ...HINT, student: "x" })).toEqual(["tensor-unknown"]);
  expect(codes({ ...HINT, teacher: "x" })).toEqual(["tensor-unknown"]);
  expect(codes({ ...HINT, student: "input0" })).toEqual(["hint-shape"]);
});

/** Trains beside a teacher, with hints that count so much. */
async function trained(channels: number, hintWeight: number, epochs = 30) {
  let saved: Float32Array | undefined;
  const { epochs: curve, graph } = await train(
    tiny(5, channels),
    { samples },
    {
      epochs,
      batch: 6,
      learningRate: 0.01,
      teacher: modelTeacher(tiny(9), [HINT.teacher]),
      hints: [HINT],
      hintWeight,
    },
    {
      onStep: async (training) => {
        saved = training.save().get(`beside:hint ${HINT.teacher}=${HINT.student}`) as Float32Array;
      },
    },
  );
  return { graph, curve, regressor: saved };
}

it("makes features more alike when it is trained with", async () => {
  const features = (graph: Graph) =>
    tf.tidy(() => [...modelTeacher(graph, [HINT.student])(samples).features.get(HINT.student)!.dataSync()]);
  const wanted = features(tiny(9));
  const far = (graph: Graph) => features(graph).reduce((sum, it, i) => sum + (it - wanted[i]) ** 2, 0);
  expect(far((await trained(4, 1)).graph)).toBeLessThan(0.5 * far((await trained(4, 0)).graph));
});

it("trains regressors along", async () => {
  const { curve, regressor } = await trained(3, 1);
  expect(curve.at(-1)!.loss).toBeLessThan(0.5 * curve[0].loss);
  const { parameters } = lossOf(HINT, 3);
  expect(regressor).toHaveLength(12);
  expect(regressor).not.toEqual(parameters[0].values);
});
