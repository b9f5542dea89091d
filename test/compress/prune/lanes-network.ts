/** A small quantized network whose layers are in planes and in columns. */
import { quantize } from "../../../codegen/compress/quantize/quantize.js";
import type { Graph } from "../../../codegen/graph/graph.js";
import { runPasses } from "../../../codegen/passes/index.js";
import { FloatGraph, SAME_RELU } from "../../support/float-graph.js";

/** A 3×3 convolution, a pointwise one, and a dense layer over all that they make. */
export function lanesNetwork(): Graph {
  const build = new FloatGraph(5);
  const first = build.op(
    "CONV_2D",
    SAME_RELU,
    build.input([1, 12, 12, 4]),
    build.constant([8, 3, 3, 4]),
    build.constant([8]),
  );
  const second = build.op("CONV_2D", SAME_RELU, first, build.constant([8, 1, 1, 8]), build.constant([8]));
  const pool = build.op(
    "MAX_POOL_2D",
    {
      padding: "VALID",
      filterHeight: 4,
      filterWidth: 4,
      strideHeight: 4,
      strideWidth: 4,
      activation: "NONE",
    },
    second,
  );
  const flat = build.op("RESHAPE", { newShape: [1, 72] }, pool);
  const attributes = { activation: "NONE", keepDims: false } as const;
  const output = build.op(
    "FULLY_CONNECTED",
    attributes,
    flat,
    build.constant([40, 72]),
    build.constant([40]),
  );
  const graph = build.graph([output]);
  const samples = Array.from({ length: 4 }, () => [build.random(12 * 12 * 4)]);
  return runPasses(quantize(graph, samples, { rounding: "nearest" }).graph);
}
