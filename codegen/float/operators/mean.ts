import { elements } from "../../graph/graph.js";
import { axes, type MeanAttributes } from "../../ops/mean.js";
import { strides } from "../../ops/support/loops.js";
import type { FloatOperator } from "../operator.js";

/** The mean over some axes (reference/reduce.h). */
export const mean: FloatOperator<MeanAttributes> = {
  kind: "MEAN",

  check(node) {
    node.requireType(node.input(0), "the input", ["float32"]);
    node.requireType(node.output(), "the output", ["float32"]);
    axes(node);
  },

  run(node, [input]) {
    const { shape } = node.input(0);
    const over = axes(node);
    const kept = shape.map((size, axis) => (over.has(axis) ? 1 : size));
    const to = strides(kept).map((stride, axis) => (over.has(axis) ? 0 : stride));
    const from = strides(shape);
    const sums = new Float64Array(elements(kept));
    for (let at = 0; at < input!.length; at++) {
      let target = 0;
      for (let axis = 0; axis < shape.length; axis++)
        target += (Math.floor(at / from[axis]) % shape[axis]) * to[axis];
      sums[target] += input![at];
    }
    const count = input!.length / sums.length;
    return [Float32Array.from(sums, (sum) => sum / count)];
  },
};
