/** Runs the stages of a model one after another, here. */

import type { Graph } from "../../codegen/graph/graph.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import type { PlanOptions } from "../../codegen/plan/options.js";
import { plan } from "../../codegen/plan/plan.js";
import type { SplitPlan } from "../../codegen/split/split-plan.js";
import { stageGraph } from "../../codegen/split/stage-graph.js";
import type { Network } from "../../runtime/network.js";

/** A model in stages, on the kernels that boards get. */
export class Stages {
  readonly #graphs: readonly Graph[];
  readonly #networks: readonly Network[];

  /** @param positions where the model is cut, in order */
  constructor(graph: Graph, positions: readonly number[], options: PlanOptions = {}) {
    const ends = [0, ...positions, graph.ops.length];
    this.#graphs = ends.slice(1).map((end, i) => stageGraph(graph, ends[i], end));
    for (const stage of this.#graphs) requireValid(stage);
    this.#networks = this.#graphs.map((stage) => instantiate(plan(stage, options)));
  }

  /** The bytes of all outputs of one inference. State stays from one to the next until `reset`. */
  run(inputs: Uint8Array): Uint8Array {
    return runNetworks(this.#networks, inputs);
  }

  reset(): void {
    for (const network of this.#networks) network.reset();
  }
}

/** Runs the stages of a split, each on what the one before it has made. */
export function runSplit({ stages }: SplitPlan, inputs: Uint8Array): Uint8Array {
  return runNetworks(
    stages.map(({ planned }) => instantiate(planned.plan)),
    inputs,
  );
}

function runNetworks(networks: readonly Network[], inputs: Uint8Array): Uint8Array {
  return networks.reduce((bytes, network) => {
    let from = 0;
    for (const { data } of network.inputs) {
      const view = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      view.set(bytes.subarray(from, from + view.length));
      from += view.length;
    }
    if (from !== bytes.length) throw new Error(`a stage takes ${from} bytes and got ${bytes.length}`);
    network.run();
    return Buffer.concat(
      network.outputs.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    );
  }, inputs);
}
