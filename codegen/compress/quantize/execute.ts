import { elementsOf } from "../../graph/elements.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import { requireValid } from "../../graph/validate.js";
import { Observer } from "../../observe.js";
import { runPasses } from "../../passes/index.js";
import { type Plan, plan } from "../../plan/plan.js";
import { activationType, quantizeValues, realOf, type Stored } from "./types.js";

/** A quantized graph that runs on Node by the device's own kernels, with real numbers going in and coming out. */
export class QuantizedModel {
  readonly graph: Graph;
  private readonly plan: Plan;

  /** @throws Refusal with everything that keeps the graph from being compiled */
  constructor(graph: Graph) {
    this.graph = graph;
    const passed = runPasses(graph);
    requireValid(passed);
    this.plan = plan(passed, { forms: [], observable: true });
  }

  /**
   * One inference, from the initial state on.
   *
   * @param inputs real values of each model input, row-major in its shape
   * @returns the real values of every tensor that is fed or computed
   */
  run(inputs: readonly Float32Array[]): ReadonlyMap<TensorId, Float32Array> {
    const { tensors } = this.graph;
    const fed = this.graph.inputs.map((id, i) => {
      const type = activationType(tensors[id]);
      return new Uint8Array((type ? quantizeValues(inputs[i], type) : Float32Array.from(inputs[i])).buffer);
    });
    const seen = new Observer(this.plan).next(joined(fed));
    const values = new Map<TensorId, Float32Array>();
    for (const [id, bytes] of seen) {
      const type = activationType(tensors[id]);
      const elements = elementsOf(tensors[id].dtype, bytes);
      if (type) values.set(id, realOf(elements as Stored, type));
      else if (elements instanceof Float32Array) values.set(id, elements);
    }
    return values;
  }
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
