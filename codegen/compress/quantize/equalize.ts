import type { Graph } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { Editor } from "../../passes/editor.js";
import { reweighted, type Weighted, weightedOf } from "../../passes/float/weighted.js";

/** How often all pairs of layers are gone through: each one changes what its neighbours see. */
const SWEEPS = 8;

/** Channels are scaled by no more than this, either way, in one sweep. */
const MOST = 2 ** 8;

/**
 * Cross-layer equalization (Nagel et al. 2019, arXiv:1906.04721, section 4.1): where only one layer reads what another one makes,
 * through no activation or RELU, a channel can be made smaller in the first and larger in the second, so that the
 * weights of both have the same range in each channel.
 *
 * @param graph a float graph, after its passes
 * @returns the same model, equal to float rounding
 */
export function equalize(graph: Graph): Graph {
  const editor = new Editor(graph);
  for (let sweep = 0; sweep < SWEEPS; sweep++) for (const op of editor.ops) equalizeBefore(editor, op);
  return editor.graph();
}

/** Equalizes a layer and the one before it. */
function equalizeBefore(editor: Editor, op: Op): void {
  const second = editor.has(op) ? weightedOf(editor, op) : undefined;
  const before = second && editor.onlyFor(second.input);
  const first = before && weightedOf(editor, before);
  if (!first || (first.op.attributes.activation !== "NONE" && first.op.attributes.activation !== "RELU"))
    return;
  const ranges = rangesOf(first, first.outputChannel);
  const factors = rangesOf(second, second.inputChannel).map((range, channel) =>
    range > 0 && ranges[channel] > 0
      ? Math.max(1 / MOST, Math.min(MOST, Math.sqrt(range / ranges[channel])))
      : 1,
  );
  if (factors.length !== ranges.length) return; // a dense layer that takes the channels apart
  scale(
    editor,
    first,
    first.outputChannel,
    factors,
    first.bias.map((b, channel) => b * factors[channel]),
  );
  scale(
    editor,
    second,
    second.inputChannel,
    factors.map((factor) => 1 / factor),
    second.bias,
  );
}

/** The greatest magnitude of a layer's weights in each channel. */
function rangesOf({ weights }: Weighted, channelOf: (index: number) => number): number[] {
  const ranges: number[] = [];
  weights.forEach((weight, i) => {
    const channel = channelOf(i);
    ranges[channel] = Math.max(ranges[channel] ?? 0, Math.abs(weight));
  });
  return ranges;
}

function scale(
  editor: Editor,
  weighted: Weighted,
  channelOf: (index: number) => number,
  factors: readonly number[],
  bias: Float32Array,
): void {
  const weights = Float64Array.from(weighted.weights, (weight, i) => weight * factors[channelOf(i)]);
  editor.replace(weighted.op, reweighted(editor, weighted, weights, Float64Array.from(bias)));
}
