/** Operators that keep state, over several runs from a fresh model on. */
import { crc32 } from "node:zlib";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { sigmoidTable } from "../../codegen/arithmetic/sigmoid-table.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { type Gate, lstm, svdf } from "../reference/recurrent.js";
import { INT8, INT16, type ReferenceTensor } from "../reference/tensor.js";
import { type Filling, factor, filling, integers, size, zeroPoint } from "../support/arbitraries.js";
import { perTensor, singleOpGraph, type TensorSpec } from "../support/graph-builder.js";
import { guarded } from "../support/guarded-memory.js";

vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));

type Tensor = TensorSpec & ReferenceTensor;

const LIMITS = { int8: INT8, int16: INT16, int32: { min: -(2 ** 20), max: 2 ** 20 } } as const;

function tensor(
  dtype: keyof typeof LIMITS,
  shape: readonly number[],
  scale: number,
  zeroPoint: number,
  fill: Filling,
): Tensor {
  const length = shape.reduce((product, n) => product * n, 1);
  const { min, max } = LIMITS[dtype];
  const values = integers(fill, length, zeroPoint, min, max);
  return { shape, dtype, values, quantization: perTensor(scale, zeroPoint), scales: [scale], zeroPoint };
}

/** A tensor that is state, as the compiler and as the reference have it. */
function state(dtype: "int8" | "int16", shape: readonly number[], scale: number, zeroPoint: number) {
  const made = tensor(dtype, shape, scale, zeroPoint, { kind: "zeroPoint", seed: 1 });
  const { values, ...spec } = made;
  return { spec: { ...spec, state: values }, reference: { ...made, values: [...values] } };
}

const fed = ({ values, ...spec }: Tensor): TensorSpec => spec;

/** Whether outputs are neither all saturated nor all alike. */
const isTelling = (outputs: readonly (readonly number[])[]): boolean =>
  new Set(outputs.flat().filter((value) => value !== -128 && value !== 127)).size > 1;

/** Runs a model on several inputs, and once more after it was reset. */
function check(graph: Graph, inputs: readonly Tensor[], expected: readonly (readonly number[])[]): void {
  requireValid(graph);
  const planned = plan(graph);
  const network = instantiate(planned);
  Object.assign(network, { memory: guarded(network.memory, planned) });
  for (let again = 0; again < 2; again++) {
    for (const [i, { values }] of inputs.entries()) {
      network.input.set(values as number[]);
      expect([...network.run()]).toEqual(expected[i]);
    }
    network.reset();
  }
}

const RUNS = 3;
const fillings = (count: number) => fc.array(filling, { minLength: count, maxLength: count });

const svdfCases = fc.record({
  stateType: fc.constantFrom<"int8" | "int16">("int8", "int16"),
  batches: size(2),
  inputs: size(12),
  units: size(5),
  rank: size(3),
  memory: size(6),
  zeroPoints: fc.tuple(zeroPoint, zeroPoint, zeroPoint),
  feature: factor(-11, -2),
  output: factor(-12, -4),
  fills: fillings(3 + RUNS),
});

test("SVDF: 400 random cases give the reference's elements", () => {
  let telling = 0;
  const property = fc.property(fc.noBias(svdfCases), (it) => {
    const { stateType, batches, inputs, units, rank, memory, zeroPoints, fills } = it;
    const filters = units * rank;
    const [inputZero, stateZero, outputZero] = zeroPoints;
    const zero = stateType === "int8" ? stateZero : 0;
    const weightsFeature = tensor("int8", [filters, inputs], 0.25, 0, fills[0]);
    const weightsTime = tensor(stateType, [filters, memory], 0.5, 0, fills[1]);
    const kept = state(stateType, [batches, filters * memory], Math.fround(0.125 / it.feature), zero);
    const summed = Math.fround(kept.reference.scales[0] * 0.5);
    const output = {
      scale: Math.fround(summed / it.output / (stateType === "int8" ? 1 : 2 ** -14)),
      zeroPoint: outputZero,
    };
    const bias = tensor("int32", [units], summed, 0, fills[2]);
    const steps = fills.slice(3).map((fill) => tensor("int8", [batches, inputs], 0.5, inputZero, fill));
    const expected = steps.map((input) =>
      svdf(rank, input, weightsFeature, weightsTime, bias, kept.reference, LIMITS[stateType], output),
    );
    const graph = singleOpGraph(
      "SVDF",
      { rank, activation: "RELU" },
      [fed(steps[0]), weightsFeature, weightsTime, bias, kept.spec],
      [{ shape: [batches, units], dtype: "int8", quantization: perTensor(output.scale, outputZero) }],
    );
    if (isTelling(expected)) telling++;
    check(graph, steps, expected);
  });
  fc.assert(property, { seed: 20, numRuns: 400 });
  expect(telling).toBeGreaterThan(400 / 3);
});

const GATES = ["forget", "input", "cell", "output"] as const;

const lstmCases = fc.record({
  timeMajor: fc.boolean(),
  batches: size(2),
  times: size(3),
  inputs: size(6),
  cells: size(5),
  zeroPoints: fc.tuple(zeroPoint, zeroPoint),
  inputScale: factor(-9, -3),
  weightScale: factor(-9, -4),
  cellPower: fc.integer({ min: -15, max: -8 }),
  hiddenScale: factor(-8, -6),
  cellClip: fc.oneof(fc.constant(0), factor(-3, 3)),
  fills: fillings(3 * GATES.length + RUNS),
});

test("UNIDIRECTIONAL_SEQUENCE_LSTM: 300 random cases give the reference's elements", () => {
  let telling = 0;
  const property = fc.property(fc.noBias(lstmCases), (it) => {
    const { timeMajor, batches, times, inputs, cells, zeroPoints, fills, cellClip } = it;
    const [inputZero, hiddenZero] = zeroPoints;
    const leading = timeMajor ? [times, batches] : [batches, times];
    const gates = Object.fromEntries(
      GATES.map((gate, g): [string, Record<keyof Gate, Tensor>] => [
        gate,
        {
          input: tensor("int8", [cells, inputs], it.weightScale, 0, fills[3 * g]),
          recurrent: tensor("int8", [cells, cells], it.weightScale, 0, fills[3 * g + 1]),
          bias: {
            ...tensor("int32", [cells], 1, 0, fills[3 * g + 2]),
            values: integers(fills[3 * g + 2], cells, 0, -4000, 4000),
          },
        },
      ]),
    ) as Record<(typeof GATES)[number], Record<keyof Gate, Tensor>>;
    const hidden = state("int8", [batches, cells], it.hiddenScale, hiddenZero);
    const cell = state("int16", [batches, cells], 2 ** it.cellPower, 0);
    const steps = fills
      .slice(3 * GATES.length)
      .map((fill) => tensor("int8", [...leading, inputs], it.inputScale, inputZero, fill));
    const expected = steps.map((input) =>
      lstm({ timeMajor, cellClip }, input, gates, hidden.reference, cell.reference),
    );
    const { forget, input, cell: candidate, output } = gates;
    const none = (count: number) => new Array<null>(count).fill(null);
    const graph = singleOpGraph(
      "UNIDIRECTIONAL_SEQUENCE_LSTM",
      { activation: "TANH", cellClip, timeMajor, diagonalRecurrentTensors: false },
      [
        fed(steps[0]),
        ...[input, forget, candidate, output].map((gate) => gate.input),
        ...[input, forget, candidate, output].map((gate) => gate.recurrent),
        ...none(3),
        ...[input, forget, candidate, output].map((gate) => gate.bias),
        ...none(2),
        hidden.spec,
        cell.spec,
        ...none(4),
      ],
      [{ shape: [...leading, cells], dtype: "int8", quantization: hidden.spec.quantization }],
    );
    if (isTelling(expected)) telling++;
    check(graph, steps, expected);
  });
  fc.assert(property, { seed: 20, numRuns: 300 });
  expect(telling).toBeGreaterThan(300 / 3);
});

test("the table of the sigmoid is TFLite's", () => {
  expect(crc32(new Uint8Array(Uint16Array.from(sigmoidTable()).buffer))).toBe(3092212404);
});
