/** Runs a plan here and looks at its tensors. */
import type { Network } from "../runtime/network.js";
import type { Activations } from "./cost/activity.js";
import { type Report, report } from "./emit/report.js";
import type { Graph } from "./graph/graph.js";
import { instantiate } from "./plan/instantiate.js";
import { type Plan, plan } from "./plan/plan.js";

/** A model that runs here, from its initial state on. */
export class Observer {
  readonly #network: Network;
  readonly #tensors: Report["tensors"];

  constructor(plan: Plan) {
    this.#network = instantiate(plan);
    this.#tensors = report(plan, "model").tensors;
  }

  /**
   * Runs the model once.
   *
   * @param inputs the bytes of all inputs, one after another
   * @returns those of every tensor that `plan.json` lists, by id, each read when its layer is complete
   */
  next(inputs: Uint8Array): Map<number, Uint8Array> {
    const network = this.#network;
    const { uint8 } = network.memory;
    const seen = new Map<number, Uint8Array>();
    const look = (at: number) => {
      for (const { id, layer, offset, bytes } of this.#tensors)
        if (layer === at) seen.set(id, uint8.slice(offset, offset + bytes));
    };
    let from = 0;
    for (const { data } of network.inputs) {
      uint8.set(inputs.subarray(from, from + data.byteLength), data.byteOffset);
      from += data.byteLength;
    }
    look(-1);
    for (let isRunning = true; isRunning; ) {
      const { layer } = network;
      isRunning = network.step();
      if (network.layer !== layer || !isRunning) look(layer);
    }
    return seen;
  }
}

/**
 * What every tensor of a model holds in each of the inferences that follow each other from its initial state on. They are
 * computed by loops over typed arrays: all forms have the same bits, and these leave every tensor in the arena.
 *
 * @param graph a valid graph, after the passes
 * @param steps the bytes of all inputs, for each inference
 */
export function activations(graph: Graph, steps: readonly Uint8Array[]): Activations[] {
  const observer = new Observer(plan(graph, { forms: [] }));
  return steps.map((inputs) => observer.next(inputs));
}
