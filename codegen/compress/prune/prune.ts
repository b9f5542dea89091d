/**
 * The functions of `torch.nn.utils.prune`, under their names and with their meaning, on graphs: a call returns what is pruned then and
 * leaves what it was given as it is. Calls compose: each prunes of what earlier ones left, and its mask is multiplied with theirs.
 *
 * Parameters lie in the layout of TensorFlow Lite, so that `dim` counts other dimensions than in PyTorch: convolutions have
 * [outputs, height, width, inputs], depthwise ones [1, height, width, outputs], dense layers [outputs, inputs]. In a quantized graph
 * scores are of the real values.
 */
import type { Graph, TensorId } from "../../graph/graph.js";
import { realValues } from "../../graph/real-values.js";
import { tryAt } from "../../problems/collector.js";
import { opPlace, refuse, tensorPlace } from "../../problems/problem.js";
import type { Amount } from "./amount.js";
import { type Mask, maskedTensor, maskOf, type Pruned } from "./mask.js";
import { maskAfter, type PruningMethod } from "./method.js";
import { identityMethod, l1Method, lnChannelsMethod, randomChannelsMethod, randomMethod } from "./methods.js";
import { type Found, type Parameter, parameterOf, prunableLayer } from "./parameter.js";
import { warmRandom } from "./random.js";

export interface ScoreOptions {
  /** How important each element is, instead of its value. */
  readonly importanceScores?: ArrayLike<number>;
}

/** Prunes nothing, but makes a parameter count as pruned. */
export function identity(pruned: Pruned, parameter: Parameter): Pruned {
  return applyMethod(pruned, parameter, identityMethod);
}

/** Prunes elements at random, always the same for the same seed. */
export function randomUnstructured(
  pruned: Pruned,
  parameter: Parameter,
  amount: Amount,
  { seed = 1 }: { readonly seed?: number } = {},
): Pruned {
  return applyMethod(pruned, parameter, randomMethod(amount, warmRandom(seed)));
}

/** Prunes elements of the least magnitudes. */
export function l1Unstructured(
  pruned: Pruned,
  parameter: Parameter,
  amount: Amount,
  options: ScoreOptions = {},
): Pruned {
  return applyMethod(pruned, parameter, l1Method(amount), options);
}

/** Prunes whole channels along a dimension at random, always the same for the same seed. */
export function randomStructured(
  pruned: Pruned,
  parameter: Parameter,
  amount: Amount,
  dim: number,
  { seed = 1 }: { readonly seed?: number } = {},
): Pruned {
  return applyMethod(pruned, parameter, randomChannelsMethod(amount, dim, warmRandom(seed)));
}

/** Prunes whole channels along a dimension, those of the least Ln norms. @param n a number, Infinity or -Infinity */
export function lnStructured(
  pruned: Pruned,
  parameter: Parameter,
  amount: Amount,
  n: number,
  dim: number,
  options: ScoreOptions = {},
): Pruned {
  return applyMethod(pruned, parameter, lnChannelsMethod(amount, n, dim), options);
}

/** Prunes where a mask is 0. */
export function customFromMask(pruned: Pruned, parameter: Parameter, mask: Mask): Pruned {
  return applyMethod(pruned, parameter, { type: "custom", mask });
}

/**
 * Prunes several parameters as if they were one: an amount of all their elements, those of the least scores.
 *
 * @param method an unstructured one
 * @param importanceScores of some of the parameters, by the objects that are among `parameters`
 * @throws Refusal `prune-structured` for other methods
 */
export function globalUnstructured(
  pruned: Pruned,
  parameters: readonly Parameter[],
  method: PruningMethod,
  importanceScores: ReadonlyMap<Parameter, ArrayLike<number>> = new Map(),
): Pruned {
  if (method.type !== "unstructured") return refuse("prune-structured", {});
  const found = parameters.map((parameter) => parameterOf(pruned.graph, parameter));
  const scores = parameters.map((parameter, i) =>
    scoresOf(pruned, found[i], importanceScores.get(parameter)),
  );
  const before = found.map(({ id }) => maskOf(pruned, id));
  const length = before.reduce((sum, mask) => sum + mask.length, 0);
  const after = maskAfter(
    method,
    joined(scores, new Float64Array(length)),
    [length],
    joined(before, new Uint8Array(length)),
  );
  let from = 0;
  const masks = new Map(pruned.masks);
  found.forEach(({ id }, i) => {
    const own = after.slice(from, from + before[i].length);
    const earlier = masks.get(id); // of a constant that layers share
    masks.set(id, earlier ? own.map((kept, k) => kept & earlier[k]) : own);
    from += before[i].length;
  });
  return { ...pruned, masks };
}

/** What all of these do: applies a method to one parameter. */
export function applyMethod(
  pruned: Pruned,
  parameter: Parameter,
  method: PruningMethod,
  { importanceScores }: ScoreOptions = {},
): Pruned {
  const found = parameterOf(pruned.graph, parameter);
  const scores = scoresOf(pruned, found, importanceScores);
  const mask = tryAt(opPlace(found.op), () =>
    maskAfter(method, scores, found.tensor.shape, maskOf(pruned, found.id)),
  );
  return { ...pruned, masks: new Map(pruned.masks).set(found.id, mask) };
}

/**
 * Makes pruning of a parameter permanent: the graph has zeros there, and no mask any more.
 *
 * @throws Refusal `not-pruned`
 */
export function remove({ graph, masks }: Pruned, parameter: Parameter): Pruned {
  const { op, id, tensor } = parameterOf(graph, parameter);
  const mask = masks.get(id);
  if (!mask) return refuse("not-pruned", { parameter: parameter.name }, opPlace(op));
  const left = new Map(masks);
  left.delete(id);
  return { graph: withTensor(graph, id, maskedTensor(tensor, mask)), masks: left };
}

/**
 * Whether anything has a mask: a layer, or where none is given the whole graph.
 *
 * @throws Refusal `layer-unknown` or `layer-without-weights`
 */
export function isPruned({ graph, masks }: Pruned, layer?: Parameter["layer"]): boolean {
  if (layer === undefined) return masks.size > 0;
  return prunableLayer(graph, layer).inputs.some((id) => id !== null && masks.has(id));
}

function scoresOf(pruned: Pruned, { id, tensor }: Found, given: ArrayLike<number> | undefined): Float64Array {
  const mask = maskOf(pruned, id);
  if (!given) return Float64Array.from(realValues(tensor), (value, i) => value * mask[i]);
  const { shape } = tensor;
  if (given.length !== mask.length)
    refuse("scores-shape", { found: given.length, shape }, tensorPlace(id, tensor));
  return Float64Array.from(given);
}

function joined<T extends Float64Array | Uint8Array>(parts: readonly T[], into: T): T {
  let at = 0;
  for (const part of parts) {
    into.set(part, at);
    at += part.length;
  }
  return into;
}

function withTensor(graph: Graph, id: TensorId, tensor: Graph["tensors"][number]): Graph {
  return { ...graph, tensors: graph.tensors.with(id, tensor) };
}
