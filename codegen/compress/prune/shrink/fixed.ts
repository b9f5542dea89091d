/** Channels that are the same whatever the model is given, such as those of filters without weights. */
import { FloatModel } from "../../../float/execute.js";
import { isFloat } from "../../../float/validate.js";
import { elementsOf } from "../../../graph/elements.js";
import { byteLength, elements, type Graph, type TensorId } from "../../../graph/graph.js";
import type { Op } from "../../../graph/op.js";
import { Observer } from "../../../observe.js";
import { plan } from "../../../plan/plan.js";
import { nonZeros } from "../mask.js";
import { channelIndexes } from "../method.js";
import type { Channels } from "./channels.js";
import { channelCount, isOverOne, isSum } from "./ties.js";

/** Values of a tensor less its zero point, so that 0 is real zero. */
export type Values = ArrayLike<number>;

export interface FixedChannels {
  isFixed(tensor: TensorId, channel: number): boolean;
  /** All values of a tensor in some inference; those of fixed channels are the same in every other. */
  values(tensor: TensorId): Values;
}

/** Finds channels that depend on no model input, and what they hold: that is seen in one inference. */
export function fixedChannels(channels: Channels): FixedChannels {
  const { graph } = channels;
  const fixed = new Map<TensorId, boolean[]>();
  for (const op of graph.ops)
    for (const id of op.outputs)
      fixed.set(
        id,
        fixedIn(channels, op, (tensor) => fixed.get(tensor)),
      );
  const values = isFloat(graph) ? floatValues(graph) : integerValues(graph);
  return {
    isFixed: (tensor, channel) => fixed.get(tensor)?.[channel] ?? false,
    values,
  };
}

/** Which output channels of an operator are fixed, given those of its inputs. */
function fixedIn(
  { graph, ties }: Channels,
  op: Op,
  before: (tensor: TensorId) => readonly boolean[] | undefined,
): boolean[] {
  const { tensors } = graph;
  const count = channelCount(tensors[op.outputs[0]]);
  if (isSum(graph, op)) {
    const inputs = before(op.inputs[0]!) ?? [];
    const weights = nonZeros(tensors[op.inputs[1]!]);
    const length = weights.length / count;
    const depth = channelCount(tensors[op.inputs[0]!]);
    return Array.from({ length: count }, (_, channel) =>
      weights
        .subarray(channel * length, (channel + 1) * length)
        .every((isWeight, i) => !isWeight || inputs[i % depth]),
    );
  }
  const own = ties.get(op);
  if (!own) return new Array<boolean>(count).fill(false);
  const result = new Array<boolean>(count).fill(!isOverOne(graph, op) || before(op.inputs[0]!)?.[0] === true);
  for (const { from, channel, toChannel } of own) if (!before(from)?.[channel]) result[toChannel] = false;
  if (op.kind === "DEPTHWISE_CONV_2D") {
    const weights = nonZeros(tensors[op.inputs[1]!]);
    channelIndexes(tensors[op.inputs[1]!].shape, 3).forEach((filter, channel) => {
      result[channel] ||= filter.every((i) => !weights[i]);
    });
  }
  return result;
}

function floatValues(graph: Graph): (tensor: TensorId) => Values {
  const inputs = graph.inputs.map((id) => new Float32Array(elements(graph.tensors[id].shape)));
  const values = new FloatModel(graph).run(inputs);
  return (tensor) => values.get(tensor)!;
}

function integerValues(graph: Graph): (tensor: TensorId) => Values {
  const bytes = graph.inputs.reduce((sum, id) => sum + byteLength(graph.tensors[id]), 0);
  // Loops over typed arrays leave every tensor where it can be seen.
  const seen = new Observer(plan(graph, { forms: [], observable: true })).next(new Uint8Array(bytes));
  const known = new Map<TensorId, Values>();
  return (tensor) => {
    const { dtype, quantization } = graph.tensors[tensor];
    const zeroPoint = quantization?.zeroPoints[0] ?? 0;
    const values =
      known.get(tensor) ??
      Float64Array.from(elementsOf(dtype, seen.get(tensor)!) as ArrayLike<number>, (q) => q - zeroPoint);
    known.set(tensor, values);
    return values;
  };
}
