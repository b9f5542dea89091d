/** What the planner is asked for. */
import type { Graph } from "../graph/graph.js";
import { tryEach } from "../problems/collector.js";
import { refuse } from "../problems/problem.js";
import type { TrainOptions } from "../training/options.js";
import type { Form } from "./forms.js";
import type { HotOptions } from "./hot.js";

export interface PlanOptions {
  /** The forms that it may choose besides `rolled`, which every operator has; all where not given. */
  readonly forms?: readonly Form[];
  /** What to make least: instructions, flash or RAM. */
  readonly optimize?: "speed" | "size" | "ram";
  /** Bytes of chunks and of flash that the board gives the model. */
  readonly chunkBytes?: number;
  readonly flashBytes?: number;
  /** Layers, by name, whose weights are read from `weights.bin` at run time and can be replaced there. */
  readonly updatable?: "all" | readonly string[];
  /** Whether it is to be a mod, of which nothing is preloaded: constants of kernels take RAM, out of `chunkBytes`. */
  readonly isMod?: boolean;
  /** Layers that learn on the device; those behind them that gradients flow through take their rolled form. */
  readonly train?: TrainOptions;
  /** RAM for copies of weights that layers would wait for in flash; none where not given. */
  readonly hot?: HotOptions;
  /** Whether every tensor shall lie in the arena once it is computed, for tools that look at it; slower and bigger. */
  readonly observable?: boolean;
}

/**
 * Checks options against the graph that is to be planned.
 *
 * @throws Refusal `layer-unknown` for each layer to be updatable that the graph does not have
 */
export function checkOptions({ ops }: Graph, { updatable = [] }: PlanOptions): void {
  if (updatable === "all") return;
  const known = ops.map(({ name }) => name);
  tryEach(updatable, (name) => known.includes(name) || refuse("layer-unknown", { name, known }));
}
