/** What of a layer is trained: masters, velocities, and the factors of its gradients. */
import type { Node } from "../ops/node.js";
import { biasValues, requantization } from "../ops/support/scaled-sum.js";
import { opPlace, refuse } from "../problems/problem.js";
import type { BackwardContext } from "./backward/backward.js";
import { biasLimit, packed, velocityShift, weightLimit } from "./factors.js";
import { decayOf } from "./options.js";

/** Units of a master weight in one of a deployed weight. */
const WEIGHT_FRACTION = 16;

/** With less, gradients are too coarse to learn from. */
const LEAST_LIMIT = 255;

/** Where a trained layer's channels begin, and how many there are. */
export interface Rows {
  readonly firstRow: number;
  readonly rows: number;
}

/** The channels that are trained. @throws Refusal where the layer has fewer */
export function rowsOf({ node, trained }: BackwardContext, outputDepth: number): Rows {
  const [first, last] = trained?.channels ?? [0, outputDepth - 1];
  if (last >= outputDepth) refuse("train-channels", { last, channels: outputDepth }, opPlace(node.op));
  return { firstRow: first, rows: last - first + 1 };
}

/** What a planned gradient needs. */
export interface PlannedFactors {
  readonly velocity: number;
  readonly factors: number;
  readonly limit: number;
}

/**
 * Plans the weights of some channels, `columns` of each.
 *
 * @param isOneRow whether all of them are one row of lanes
 */
export function planWeights(
  context: BackwardContext,
  {
    firstRow,
    rows,
    columns,
    positions,
    isOneRow = false,
  }: Rows & {
    readonly columns: number;
    readonly positions: number;
    readonly isOneRow?: boolean;
  },
): PlannedFactors & { readonly lanes: number } {
  const { node, options, layer, parameters } = context;
  const { batch, learningRate, momentum } = options;
  const decay = decayOf(momentum)!;
  const { scale, zeroPoint } = node.perTensor(node.input(0), "the input");
  const reach = Math.max(127 - zeroPoint, 128 + zeroPoint);
  const limit = weightLimit(reach, positions * batch, decay);
  if (limit < LEAST_LIMIT) refuse("train-range", { positions, batch, momentum }, opPlace(node.op));
  const steps = scalesOf(node, { firstRow, rows }).map(
    (weightScale) => (learningRate * 2 ** WEIGHT_FRACTION * scale) / (weightScale * batch),
  );
  const shift = velocityShift(steps, limit);
  const name = node.op.name;
  const lanes = isOneRow ? rows * columns : lanesOf(columns);
  const velocity = parameters.addWeights({
    name,
    rows: (rows * columns) / lanes,
    columns: lanes,
    deployed: (layer.weights as number) + firstRow * columns,
    shift,
  });
  const factors = context.words(
    `${name}: factors of weights`,
    steps.map((step) => packed(step * 2 ** shift)),
  );
  return { velocity, factors, limit, lanes };
}

/** Lanes of one BigInt at most: several of them live while weights are updated. */
const MOST_LANES = 128;

/** The greatest part of a row that is one BigInt; a row that has no such part is one as a whole. */
export function lanesOf(columns: number): number {
  for (let lanes = Math.min(columns, MOST_LANES); lanes > MOST_LANES / 4; lanes--)
    if (columns % lanes === 0) return lanes;
  return columns;
}

/** Plans the biases of some channels. @param columns weights of a channel */
export function planBiases(
  context: BackwardContext,
  { firstRow, rows, columns }: Rows & { readonly columns: number },
): PlannedFactors {
  const { node, options, layer, parameters } = context;
  const { batch, learningRate, momentum } = options;
  const decay = decayOf(momentum)!;
  const limit = biasLimit(batch, decay);
  const { scale } = node.perTensor(node.input(0), "the input");
  const range = biasRange(context, columns);
  const steps = scalesOf(node, { firstRow, rows }).map(
    (weightScale) => (learningRate * 2 ** range.fraction) / (scale * weightScale * batch),
  );
  const shift = velocityShift(steps, limit);
  const name = node.op.name;
  const velocity = parameters.addBiases({
    name,
    count: rows,
    deployed: (layer.bias as number) + firstRow,
    shift,
    ...range,
  });
  const factors = context.words(
    `${name}: factors of biases`,
    steps.map((step) => packed(step * 2 ** shift)),
  );
  return { velocity, factors, limit };
}

/** Weight scales of some channels. */
function scalesOf(node: Node, { firstRow, rows }: Rows): number[] {
  const { scales } = node.quantization(node.input(1), "the weights");
  return Array.from({ length: rows }, (_, row) => scales[firstRow + row] ?? scales[0]);
}

/** Master biases have 31 bits, one of which is room to move. */
const BIAS_BITS = 30;
const MOST_FRACTION = 16;

/**
 * How far biases may go, so that with any int8 weights no sum leaves int32, and how much finer their masters are.
 *
 * @throws Refusal where the model's own biases are beyond that
 */
function biasRange({ node }: BackwardContext, columns: number) {
  const channelAxis = node.op.kind === "DEPTHWISE_CONV_2D" ? 3 : 0;
  const channels = node.input(1).shape[channelAxis];
  const { zeroPoint } = node.perTensor(node.input(0), "the input");
  const reach = Math.max(127 - zeroPoint, 128 + zeroPoint);
  const shift = Math.max(0, ...requantization(node, { channelAxis }).map((it) => it.shift));
  const most = Math.floor((2 ** 31 - 1) / 2 ** shift) - 127 * columns * reach;
  const greatest = Math.max(1, ...biasValues(node, channels).map(Math.abs));
  if (greatest > most) refuse("train-sums", { bias: greatest, most }, opPlace(node.op));
  const fraction = Math.max(0, Math.min(MOST_FRACTION, BIAS_BITS - 2 - Math.ceil(Math.log2(greatest))));
  return { fraction, limit: Math.min(most * 2 ** fraction, 2 ** BIAS_BITS - 1) };
}
