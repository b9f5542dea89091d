/** Pruning of a whole model, as a command's options say. */
import type { Amount } from "../../compress/prune/amount.js";
import { pruneChannels } from "../../compress/prune/channels.js";
import { requireWeightsLeft } from "../../compress/prune/left.js";
import { masked, type Pruned, unpruned } from "../../compress/prune/mask.js";
import type { UnstructuredMethod } from "../../compress/prune/method.js";
import { l1Method, randomMethod } from "../../compress/prune/methods.js";
import type { Parameter } from "../../compress/prune/parameter.js";
import { pruneLanes } from "../../compress/prune/patterns/lanes.js";
import { nOfM } from "../../compress/prune/patterns/n-of-m.js";
import { savings } from "../../compress/prune/patterns/savings.js";
import { applyMethod, globalUnstructured } from "../../compress/prune/prune.js";
import { warmRandom } from "../../compress/prune/random.js";
import { shrink } from "../../compress/prune/shrink/shrink.js";
import type { Graph } from "../../graph/graph.js";
import type { PlanOptions } from "../../plan/options.js";
import { refuse } from "../../problems/problem.js";
import { chosenLayers } from "../compress/layers.js";
import type { Pattern } from "./options.js";

export interface Flags {
  readonly method: "l1" | "random" | "ln";
  readonly amount?: Amount;
  readonly structured?: true;
  readonly norm?: number;
  readonly pattern?: Pattern;
  readonly global?: true;
  readonly layer?: readonly string[];
  readonly seed: number;
}

/** What the planner can be asked about: the model quantized, and what the board has. */
export interface Planned {
  readonly graph: Graph;
  readonly options: PlanOptions;
}

/** @throws Refusal `arguments` for options that do not go together or are missing */
export function checkFlags({ method, amount, structured, norm, pattern, global }: Flags): void {
  const isNOfM = typeof pattern === "object";
  const message =
    (isNOfM && amount && "--pattern N:M says how much is pruned: leave out --amount") ||
    (!isNOfM && !amount && "--amount is missing: a fraction such as 0.5, or a count") ||
    (pattern && method !== "l1" && "patterns go by magnitudes: leave out --method") ||
    (pattern && structured && "--pattern and --structured do not go together") ||
    (method === "ln" && !structured && "--method ln is for whole channels: add --structured") ||
    (norm !== undefined && method !== "ln" && "--norm belongs to --method ln") ||
    (global && (structured || isNOfM) && "--global goes with neither --structured nor --pattern N:M");
  if (message) refuse("arguments", { message });
}

/**
 * The pruned graph; with `--structured` a smaller one.
 *
 * @param planned what `--pattern lanes` asks; undefined where nothing is known
 * @throws Refusal `nothing-left`, and for layers and amounts as the methods do
 */
export function pruneModel(graph: Graph, flags: Flags, planned: Planned | undefined): Graph {
  const layers = chosenLayers(graph, flags.layer);
  const pruned = prunedBy(graph, layers, flags, planned);
  requireWeightsLeft(pruned);
  return flags.structured ? shrink(masked(pruned)) : masked(pruned);
}

function prunedBy(
  graph: Graph,
  layers: readonly string[],
  { method, amount, structured, norm = 2, pattern, global, layer, seed }: Flags,
  planned: Planned | undefined,
): Pruned {
  const next = warmRandom(seed);
  const start = unpruned(graph);
  if (pattern === "lanes") {
    const { graph: quantized, options } = planned ?? refuse("prune-form-unknown", {});
    const known = savings(unpruned(quantized), options).filter(({ op }) => layers.includes(op.name));
    return pruneLanes(start, amount!, known, { global: global ?? false });
  }
  if (pattern) return layers.reduce((pruned, name) => nOfM(pruned, name, pattern.n, pattern.m), start);
  if (structured)
    return pruneChannels(start, amount!, {
      ...(layer && { layers }),
      norm: method === "l1" ? 1 : norm,
      ...(method === "random" && { next }),
    });
  const chosen: UnstructuredMethod = method === "random" ? randomMethod(amount!, next) : l1Method(amount!);
  const parameters = layers.map((name): Parameter => ({ layer: name, name: "weight" }));
  return global
    ? globalUnstructured(start, parameters, chosen)
    : parameters.reduce((pruned, parameter) => applyMethod(pruned, parameter, chosen), start);
}
