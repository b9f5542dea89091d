/** Each problem that a graph can have whatever file it came from. */
import { describe, expect, test } from "vitest";
import type { Graph, Tensor } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { requireValid, validate } from "../../codegen/graph/validate.js";
import type { Code } from "../../codegen/problems/problem.js";
import { everyFeature } from "../emit/graphs.js";
import { problemsOf } from "../support/problems.js";

const IMAGE = 0;
const QUANTIZED = 1;
const WEIGHTS = 2;
const FLAT = 5;
const SCORES = 9;

type Change = (graph: Graph) => Partial<Graph>;

const withTensor =
  (id: number, change: Partial<Tensor>): Change =>
  ({ tensors }) => ({ tensors: tensors.with(id, { ...tensors[id], ...change }) });

const withOp =
  (index: number, change: Partial<Op>): Change =>
  ({ ops }) => ({ ops: ops.with(index, { ...ops[index], ...change } as Op) });

const scaled = (scales: number[], zeroPoints: number[], axis = 0): Change =>
  withTensor(WEIGHTS, { quantization: { scales, zeroPoints, axis } });

const cases: [string, Code, Change][] = [
  ["a fractional dimension", "dimension", withTensor(IMAGE, { shape: [1, 1.5] })],
  ["a dimension of 0", "dimension", withTensor(IMAGE, { shape: [1, 0] })],
  ["nine dimensions", "too-many-dimensions", withTensor(IMAGE, { shape: Array(9).fill(1) })],
  ["a tensor of more than 16 MiB", "too-large", withTensor(IMAGE, { shape: [2 ** 24 + 1] })],
  [
    "tensors of more than 64 MiB",
    "all-too-large",
    ({ tensors }) => ({
      tensors: [...tensors, ...Array(4).fill({ name: "", shape: [2 ** 22], dtype: "float32" })],
    }),
  ],
  [
    "more connections than a model has",
    "too-many-connections",
    ({ outputs }) => ({ outputs: [...outputs, ...Array(16_384).fill(outputs[0])] }),
  ],
  ["data of another length", "data-length", withTensor(WEIGHTS, { data: new Uint8Array(7) })],
  ["a scale of NaN", "scale", scaled([Number.NaN, 1], [0, 0])],
  ["a scale of 0", "scale", scaled([1, 0], [0, 0])],
  ["a zero point of 0.5", "zero-point", scaled([1, 1], [0, 0.5])],
  ["a zero point below int8", "zero-point", scaled([1, 1], [0, -129])],
  ["an axis beyond the dimensions", "axis", scaled([1, 1], [0, 0], 4)],
  ["an axis of another size", "scale-count", scaled([1, 1], [0, 0], 3)],
  ["fewer zero points than scales", "scale-count", scaled([1, 1], [0])],
  ["no scales", "scale-count", scaled([], [])],
  [
    "a zero point on a type without",
    "zero-point",
    withTensor(IMAGE, { quantization: { scales: [1], zeroPoints: [1], axis: 0 } }),
  ],
  ["an input that is no tensor", "tensor-index", withOp(0, { inputs: [99] })],
  ["a fractional tensor index", "tensor-index", withOp(0, { inputs: [0.5] })],
  ["an input that nothing produces", "tensor-never-produced", ({ ops }) => ({ ops: ops.slice(1) })],
  ["an output produced twice", "tensor-produced-twice", ({ ops }) => ({ ops: [...ops, ops[0]] })],
  ["input as output", "input-is-output", withOp(2, { inputs: [FLAT, 10], outputs: [FLAT] })],
  [
    "a constant written",
    "constant-is-output",
    ({ ops }) => ({ ops: [...ops, { ...ops[0], outputs: [WEIGHTS] } as Op] }),
  ],
  [
    "a model input written",
    "constant-is-output",
    ({ ops }) => ({ ops: [...ops, { ...ops[7], outputs: [IMAGE] } as Op] }),
  ],
  ["a constant model input", "input-is-constant", () => ({ inputs: [IMAGE, WEIGHTS] })],
  ["a model input twice", "input-listed-twice", () => ({ inputs: [IMAGE, IMAGE] })],
  ["no outputs", "no-outputs", () => ({ outputs: [] })],
  ["an input too few", "input-count", withOp(1, { inputs: [QUANTIZED] })],
  ["an output too many", "output-count", withOp(5, { outputs: [11] })],
  ["a required input left out", "input-missing", withOp(1, { inputs: [QUANTIZED, null] })],
  ["a variable that does not exist", "variable-index", withOp(4, { attributes: { variable: 1 } })],
  [
    "a variable with a first value of another length",
    "variable-data",
    ({ variables }) => ({ variables: [{ ...variables[0], initial: new Uint8Array(7) }] }),
  ],
  ["an operator before one that it needs", "op-order", ({ ops }) => ({ ops: [...ops.slice(1), ops[0]] })],
  [
    "a write of state before the read that came first",
    "op-order",
    ({ ops }) => ({ ops: ops.with(3, ops[4]).with(4, ops[3]) }),
  ],
  ["an output of another shape than the operator's", "shape-mismatch", withTensor(SCORES, { shape: [8] })],
];

describe("validate", () => {
  test("finds nothing wrong with a valid graph", () => {
    expect(validate(everyFeature())).toEqual([]);
    requireValid(everyFeature());
  });

  test.each(cases)("finds %s", (_, code, change) => {
    const graph = everyFeature();
    const changed = { ...graph, ...change(graph), ...(code === "output-count" && spareTensor(graph)) };
    expect([...new Set(validate(changed).map((problem) => problem.code))]).toEqual([code]);
  });

  test("finds a cycle and names its operators", () => {
    const graph = everyFeature();
    const ops = graph.ops.with(0, {
      kind: "RELU",
      name: "first",
      inputs: [FLAT],
      outputs: [QUANTIZED],
      attributes: {},
    });
    const cyclic = { ...graph, ops };
    expect(validate(cyclic)).toEqual([
      { code: "graph-cycle", place: {}, details: { ops: ["first", "flat", "conv/Relu6"] } },
    ]);
  });

  test("finds everything at once, and requireValid refuses with it", () => {
    const graph = everyFeature();
    const broken = { ...graph, ...withTensor(IMAGE, { shape: [0, -1] })(graph), outputs: [], inputs: [] };
    const codes = validate(broken).map(({ code }) => code);
    expect(codes).toEqual(["dimension", "no-inputs", "no-outputs", "tensor-never-produced"]);
    expect(
      problemsOf(() => {
        requireValid(broken);
        return [];
      }).map(({ code }) => code),
    ).toEqual(codes);
  });

  test("finds what each operator refuses, one problem an operator", () => {
    const graph = everyFeature();
    const tensors = graph.tensors.map(({ quantization: _, ...tensor }) => tensor);
    const found = validate({ ...graph, tensors });
    expect(found.length).toBeGreaterThan(1);
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(["quantization-missing"]));
    const names = found.map(({ place }) => place.op?.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

function spareTensor({ tensors }: Graph): Partial<Graph> {
  return { tensors: [...tensors, tensors[FLAT]] };
}
