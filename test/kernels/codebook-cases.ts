/** Random convolutions and dense layers whose weights have few values. */
import fc from "fast-check";
import type { Graph } from "../../codegen/graph/graph.js";
import type { OpKind } from "../../codegen/graph/op.js";
import { Node } from "../../codegen/ops/node.js";
import { operatorOf } from "../../codegen/ops/registry.js";
import { activation, int8Tensor, int16Tensor, size } from "../support/arbitraries.js";
import { singleOpGraph } from "../support/graph-builder.js";
import { biasTensor, filter, weights, wideBias } from "../support/weights.js";
import { convolution, fits, image, kernel } from "../support/windows.js";

export interface CodebookCase {
  readonly graph: Graph;
  /** Of the input. */
  readonly values: readonly number[];
  /** Weights have at most 2^bits values. */
  readonly bits: number;
}

const conv = fc
  .record({ ...image(2, 7, 7, 24), kernel, attributes: fc.record(convolution), outputDepth: size(14) })
  .filter(({ shape, kernel, attributes }) => fits(shape, kernel, attributes))
  .map(({ kernel, outputDepth, ...it }) => ({
    ...it,
    kind: "CONV_2D" as OpKind,
    filterShape: [outputDepth, ...kernel, it.shape[3]],
  }));

const dense = fc
  .record({ ...image(3, 1, 1, 90), activation, outputDepth: size(14) })
  .map(({ shape: [batches, , , depth], activation, outputDepth, ...it }) => ({
    ...it,
    kind: "FULLY_CONNECTED" as OpKind,
    attributes: { activation, keepDims: false },
    shape: [batches, depth],
    filterShape: [outputDepth, depth],
  }));

export const codebookCase: fc.Arbitrary<CodebookCase> = fc
  .record({
    layer: fc.oneof(conv, dense),
    weights,
    isWide: fc.boolean(),
    bits: fc.integer({ min: 1, max: 6 }),
  })
  .map(({ layer, weights, isWide, bits }) => {
    const { kind, attributes, shape, filterShape, quantization, fill } = layer;
    const channels = filterShape[0];
    const input = isWide
      ? int16Tensor(shape, quantization.scale, fill)
      : int8Tensor(shape, quantization, fill);
    const filled = filter(filterShape, 0, { ...weights, fill: { ...weights.fill, kind: "random" } });
    const values = filled.values.map((value) => Math.max(-127, (value >> (8 - bits)) << (8 - bits)));
    const narrow = biasTensor(input, filled, channels, weights);
    const { bias, output } = isWide ? wideBias(narrow) : narrow;
    const outputQuantization = { scales: [output.scale], zeroPoints: [output.zeroPoint], axis: 0 };
    const graph = singleOpGraph(
      kind,
      attributes as never,
      [{ ...input, values: undefined }, { ...filled, values }, bias],
      [{ shape: [], dtype: input.dtype, quantization: outputQuantization }],
    );
    return { graph: inferred(graph), values: input.values, bits };
  });

/** The graph with the shape that its output has. */
function inferred(graph: Graph): Graph {
  const [op] = graph.ops;
  const [shape] = operatorOf(op).infer(new Node(graph, op));
  const [id] = op.outputs;
  return { ...graph, tensors: graph.tensors.with(id, { ...graph.tensors[id], shape }) };
}
