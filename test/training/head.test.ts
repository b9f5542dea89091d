/** The last layer of the digits model, trained by integers and in float64 on the same samples. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { hashWords, structureOf } from "../../codegen/emit/structure.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { plan } from "../../codegen/plan/plan.js";
import { loadDigits } from "../../models/digits/data.js";
import { seeded, shuffled } from "../../models/support/random.js";
import { FloatTrainer, floatHead, headInput } from "../../models/training/float-head.js";
import { Replay } from "../../models/training/replay.js";
import { SHIFTS } from "../../models/training/shifts.js";
import { LearnedStore } from "../../runtime/store/learned.js";
import { MemoryPartition } from "../../runtime/store/memory-partition.js";

const SGD = { learningRate: 0.02, momentum: 0.875, batch: 8 };
const PASSES = 3;

const graph = runPasses(importModel(readFileSync("models/digits/digits.tflite"), "digits.tflite"));
const planned = (learningRate: number) =>
  plan(graph, { train: { layers: [{ name: "head" }], ...SGD, learningRate } });
const { training, holdout } = loadDigits();
const samples = shuffled(training, seeded(9)).slice(0, 200);
const examined = holdout.slice(0, 500);
const [, turned, , inverted] = SHIFTS;

it.each([turned, inverted])("$name: as accurate as in float64, to a point", ({ of, learningRate }) => {
  const learning = planned(learningRate);
  const replay = new Replay(learning);
  const float = new FloatTrainer(floatHead(learning), { ...SGD, learningRate });
  const test = examined.map((picture) => replay.prepare(of(picture)));
  const shown = samples.map((picture) => replay.prepare(of(picture)));
  const before = replay.accuracy(test);
  let [loss, expected] = [0, 0];
  for (let pass = 0; pass < PASSES; pass++) {
    loss += replay.learn(shown);
    for (const { arena, label } of shown)
      expected += float.learn(headInput(learning, arena), label) / shown.length;
  }
  // Single ones differ by steps of the int8 scores.
  expect(Math.abs(loss / expected - 1)).toBeLessThan(0.05);
  const after = replay.accuracy(test);
  const right = test.filter(({ arena, label }) => {
    const scores = float.scores(headInput(learning, arena));
    return scores.indexOf(Math.max(...scores)) === label;
  });
  const inFloat = right.length / test.length;
  expect(after).toBeGreaterThan(before + 0.2);
  expect(Math.abs(after - inFloat), `${after} and ${inFloat} in float`).toBeLessThanOrEqual(0.01);
});

it("moves every master as the float gradient says", () => {
  const learning = planned(SGD.learningRate);
  const replay = new Replay(learning);
  const { model } = replay;
  const float = new FloatTrainer(floatHead(learning), SGD);
  const [before] = model.parameters.map((it) => it.slice());
  const reference = floatHead(learning);
  const batch = samples.slice(0, SGD.batch).map((picture) => replay.prepare(turned.of(picture)));
  replay.learn(batch);
  for (const { arena, label } of batch) float.learn(headInput(learning, arena), label);
  const head = learning.graph.ops.find(({ kind }) => kind === "FULLY_CONNECTED")!;
  const scale = learning.graph.tensors[head.inputs[1]!].quantization!.scales[0];
  let [dot, own, other] = [0, 0, 0];
  for (const [o, row] of float.head.weights.entries())
    for (const [i, weight] of row.entries()) {
      const at = o * row.length + i;
      const moved = ((model.parameters[0][at] - before[at]) / 65536) * scale;
      const expected = weight - reference.weights[o][i];
      dot += moved * expected;
      own += moved ** 2;
      other += expected ** 2;
    }
  expect(dot / Math.sqrt(own * other)).toBeGreaterThan(0.99);
  expect(Math.abs(Math.sqrt(own / other) - 1)).toBeLessThan(0.05);
});

it("derives the deployed weights of masters that were written from outside, and learns in steps of the rate", () => {
  const { model } = new Replay(planned(SGD.learningRate));
  const [weights] = model.parameters;
  weights[0] = 5 * 65536 - 32768; // half a step below 5: rounds to 5
  weights[1] = -300 * 65536;
  model.refresh();
  expect(model.memory.hot!.weights8.slice(0, 2)).toEqual(Int8Array.of(5, -127));
  expect(weights[1]).toBe(-127 * 65536 - 32767);
  const learned = weights.slice();
  model.rate = 0;
  model.run();
  model.learn(3);
  model.apply();
  expect(weights).toEqual(learned);
  expect(() => model.learn(10)).toThrow(RangeError);
  expect(() => {
    model.rate = 1.5;
  }).toThrow(RangeError);
});

it("learns from parameters that were written as if it had learned nothing before", () => {
  const learning = planned(SGD.learningRate);
  const replay = new Replay(learning);
  const shown = samples.slice(0, 19).map((picture) => replay.prepare(turned.of(picture)));
  const other = new Replay(learning);
  replay.learn(shown); // there is velocity, and a batch has begun
  for (const [t, tensor] of replay.model.parameters.entries()) tensor.set(other.model.parameters[t]);
  replay.model.refresh();
  replay.learn(shown.slice(0, 8));
  other.learn(shown.slice(0, 8));
  expect(replay.model.parameters).toEqual(other.model.parameters);
});

it("is what it learned after a new start, and goes on from there", () => {
  const learning = planned(SGD.learningRate);
  const replay = new Replay(learning);
  const shown = samples.slice(0, 16).map((picture) => replay.prepare(turned.of(picture)));
  replay.learn(shown);
  const structure = {
    hash: hashWords(structureOf(learning).hash),
    weightsBytes: learning.weights.length,
  };
  const store = new LearnedStore({ partition: new MemoryPartition(4 * 4096), structure });
  store.save(replay.model);
  const again = new Replay(learning);
  expect(store.restore(again.model)).toBe(true);
  const { hot } = replay.model.memory;
  expect(again.model.memory.hot!.weights8).toEqual(hot!.weights8);
  const [weights] = again.model.parameters;
  expect(weights.every((weight, i) => weight === hot!.weights8[i] * 65536)).toBe(true); // fractions are not kept
});
