/**
 * Weight sharing: the weights of a layer take few values (Han et al. 2016, arXiv:1510.00149, section 3; tensorflow-model-optimization's
 * clustering). A call returns what is clustered then and leaves what it was given as it is.
 *
 * In a quantized graph the integers are clustered, for these are what kernels multiply by and what `weights.bin` holds. With a
 * scale for each channel an error of 1 weighs as much as its channel's scale, squared.
 */
import { elementsOf } from "../../graph/elements.js";
import type { Tensor } from "../../graph/graph.js";
import { opPlace, refuse } from "../../problems/problem.js";
import { channelIndexes } from "../prune/method.js";
import { type Parameter, parameterOf } from "../prune/parameter.js";
import type { Assignment, Clustered } from "./assignment.js";
import { type ClusterMethod, centresOf } from "./centres.js";
import type { Point } from "./points.js";

export interface ClusterOptions {
  /** From 2 to 8: weights take at most 2^bits values. */
  readonly bits: number;
  /** Whether values come in pairs ±m, beside 0; at most 2^(bits − 1) − 1 pairs. */
  readonly symmetric?: boolean;
  /** Whether each output channel has values of its own. */
  readonly perChannel?: boolean;
  /** Whether 0 is one of the values, and weights that are 0 stay so: true where not given. Symmetric values always have it. */
  readonly preserveSparsity?: boolean;
  /** `optimal` where not given. */
  readonly method?: ClusterMethod;
  /** Of `kmeans++`; 1 where not given. */
  readonly seed?: number;
}

/** The types of weights that can be clustered. */
const TYPES: readonly Tensor["dtype"][] = ["float32", "int8", "int16"];

/**
 * Clusters a layer's weights.
 *
 * @throws Refusal `cluster-bits` for other numbers of bits, `cluster-too-many` where a layer, or a channel, has fewer weights than there
 *   may be values, `cluster-all-zero`, `type-not-supported` for 8-bit floats, and for layers as pruning does
 */
export function clusterWeights(
  clustered: Clustered,
  layer: Parameter["layer"],
  options: ClusterOptions,
): Clustered {
  checkBits(options);
  const { op, id, tensor } = parameterOf(clustered.graph, { layer, name: "weight" });
  const { dtype, shape } = tensor;
  if (!TYPES.includes(dtype))
    refuse("type-not-supported", { role: "the weights", dtype, supported: TYPES }, opPlace(op));
  const values = Float64Array.from(elementsOf(dtype, tensor.data!) as ArrayLike<number>, Number);
  const channels = channelIndexes(shape, op.kind === "DEPTHWISE_CONV_2D" ? 3 : 0);
  const importance = importances(tensor, channels);
  const groups = options.perChannel ? channels : [Int32Array.from(values.keys())];
  const most = mostValues(options);
  if (groups[0].length < most)
    refuse("cluster-too-many", { values: most, weights: groups[0].length }, opPlace(op));
  if (values.every((value) => value === 0)) refuse("cluster-all-zero", {}, opPlace(op));
  const assignment = assigned(values, importance, groups, dtype !== "float32", options);
  return { ...clustered, assignments: new Map(clustered.assignments).set(id, assignment) };
}

/** @throws Refusal `cluster-bits` */
export function checkBits({ bits }: ClusterOptions): void {
  if (!(Number.isInteger(bits) && bits >= 2 && bits <= 8)) refuse("cluster-bits", { bits });
}

/** How many values weights may take. */
export function mostValues({ bits, symmetric = false }: ClusterOptions): number {
  return 2 ** bits - +symmetric;
}

/** How much a squared error of each weight counts: real errors are what matters. */
function importances({ quantization, shape }: Tensor, channels: readonly Int32Array[]): Float64Array {
  const weights = new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(1);
  const scales = quantization?.scales ?? [];
  if (scales.length < 2) return weights;
  const greatest = Math.max(...scales);
  channels.forEach((own, channel) => {
    for (const i of own) weights[i] = (scales[channel] / greatest) ** 2;
  });
  return weights;
}

function assigned(
  values: Float64Array,
  importance: Float64Array,
  groups: readonly Int32Array[],
  isWhole: boolean,
  options: ClusterOptions,
): Assignment {
  const { bits, symmetric = false, preserveSparsity = true, method = "optimal", seed = 1 } = options;
  const hasZero = symmetric || preserveSparsity;
  const most = symmetric ? 2 ** (bits - 1) - 1 : 2 ** bits - +hasZero;
  const centroids: number[] = [];
  const indexes = new Uint32Array(values.length);
  const signs = new Int8Array(values.length);
  for (const group of groups) {
    const points = Array.from(group, (i): Point => {
      const value = symmetric ? Math.abs(values[i]) : values[i];
      return { value, weight: importance[i] };
    });
    const centres = centresOf(points, most, { method, seed, hasZero, isWhole });
    const shared = hasZero ? [...centres, 0].sort((a, b) => a - b) : centres;
    group.forEach((i, k) => {
      const centre = shared[nearest(shared, points[k].value)];
      if (hasZero && centre === 0) return;
      indexes[i] = centroids.length + centres.indexOf(centre);
      signs[i] = symmetric && values[i] < 0 ? -1 : 1;
    });
    centroids.push(...centres);
  }
  return { centroids: Float64Array.from(centroids), indexes, signs };
}

/** The place of what is nearest to a value; of two that are as near, that of the greater, as runs of points begin. */
function nearest(ascending: readonly number[], value: number): number {
  let [low, high] = [0, ascending.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value >= (ascending[middle] + ascending[middle + 1]) / 2) low = middle + 1;
    else high = middle;
  }
  return low;
}
