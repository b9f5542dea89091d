import * as tf from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, it } from "vitest";
import { useWasm } from "../../../../codegen/compress/train/backend/wasm.js";
import { differentiable } from "../../../../codegen/compress/train/differentiable/model.js";
import { FloatModel } from "../../../../codegen/float/execute.js";
import type { Graph } from "../../../../codegen/graph/graph.js";
import { format } from "../../../../codegen/problems/format.js";
import { FloatGraph, SAME_RELU } from "../../../support/float-graph.js";
import { problemsOf } from "../../../support/problems.js";
import { numbers } from "./check.js";

beforeAll(useWasm);

const NONE = { activation: "NONE" } as const;

/** A convolution with RELU, whose constants are 1 and 2, and a sum of its output and a constant, 5. */
function small(): Graph {
  const build = new FloatGraph();
  const x = build.input([1, 2, 2, 3]);
  const y = build.op("CONV_2D", SAME_RELU, x, build.constant([4, 3, 3, 3]), build.constant([4]));
  return build.graph([build.op("ADD", NONE, y, build.constant([4]))]);
}

const problems = (graph: Graph) =>
  problemsOf(() => {
    differentiable(graph);
    return [];
  });

describe("what a model is trained by", () => {
  const feed = () => tf.tensor(numbers(24, 1), [2, 2, 2, 3]);

  it("are its constants, those that are not given being its own", () => {
    const graph = small();
    const model = differentiable(graph);
    expect(model.constants.map((id) => graph.tensors[id].shape)).toEqual([[4, 3, 3, 3], [4], [4]]);
    const [, bias] = model.constants;
    const own = model.run([feed()], new Map()).get(graph.outputs[0])!;
    const given = model.run([feed()], new Map([[bias, tf.fill([4], -100)]])).get(graph.outputs[0])!;
    expect([...own.dataSync()]).not.toEqual([...given.dataSync()]);
    const shift = new FloatModel(graph).graph.tensors[model.constants[2]];
    expect([...given.dataSync().slice(0, 4)]).toEqual([...new Float32Array(shift.data!.slice().buffer)]);
  });

  it("can be looked at and replaced on its way", () => {
    const graph = small();
    const model = differentiable(graph);
    const seen: string[] = [];
    const values = model.run([feed()], new Map(), {
      constant(id, constant) {
        seen.push(`constant ${id}`);
        return constant;
      },
      linear(op, output) {
        seen.push(op.kind);
        return op.kind === "CONV_2D" ? tf.fill(output.shape, -3) : output;
      },
      activation(id, value) {
        seen.push(`value ${id}`);
        return id === graph.outputs[0] ? tf.add(value, 7) : value;
      },
    });
    const [sum] = graph.outputs;
    expect(seen).toEqual([
      "constant 1",
      "constant 2",
      "constant 4",
      "value 0",
      "CONV_2D",
      "value 3",
      "ADD",
      "value 5",
    ]);
    expect([...values.get(3)!.dataSync()]).toEqual(Array(32).fill(0));
    const shift = new Float32Array(graph.tensors[4].data!.slice().buffer);
    expect([...values.get(sum)!.dataSync().slice(0, 4)]).toEqual([...shift].map((it) => Math.fround(it + 7)));
  });

  it("leaves nothing behind but what it returns", () => {
    const model = differentiable(small());
    const x = feed();
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      tf.grads((x) => model.run([x], new Map()).get(model.graph.outputs[0])!)([x]);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it("takes inputs of its shape only", () => {
    const model = differentiable(small());
    expect(() => model.run([tf.zeros([2, 2, 2, 4])], new Map())).toThrow(RangeError);
    expect(() => model.run([], new Map())).toThrow(RangeError);
  });
});

describe("a graph is refused", () => {
  it("with everything that keeps it from being trained", () => {
    const build = new FloatGraph();
    const x = build.input([2, 4]);
    const w = build.input([1, 4]);
    const computed = build.op("FULLY_CONNECTED", { ...NONE, keepDims: false }, w, w);
    const constant = build.op("ADD", NONE, build.constant([1, 2]), build.constant([1, 2]));
    const found = problems(build.graph([x, computed, build.op("MUL", NONE, constant, computed)]));
    expect(found.map(format)).toEqual([
      'tensor 0 "input0": its shape is [2, 4], and does not begin with a batch of 1 [batch-not-one]\n' +
        "  models are trained on several samples at a time, which are that dimension: give the model a batch of 1",
      'FULLY_CONNECTED "FULLY_CONNECTED 0": the weights is computed at run time [constant-needed]\n' +
        "  it must be a constant: export the model with fixed shapes",
      'ADD "ADD 1": all of its inputs are constants [inputs-constant]\n' +
        "  compute it once and for all before training; `runFloatPasses` does",
    ]);
  });

  it("where an operator mixes samples", () => {
    const build = new FloatGraph();
    const x = build.input([1, 3]);
    const both = build.op("CONCATENATION", { ...NONE, axis: 0 }, x, x);
    expect(problems(build.graph([both])).map(({ code }) => code)).toEqual(["batch-not-one"]);
  });

  it("where it does not run in float32", () => {
    const graph = small();
    expect(problems({ ...graph, ops: graph.ops.toReversed() }).map(({ code }) => code)).toEqual(["op-order"]);
  });
});
