/** Ranges of activations that follow what a network computes while it is trained. */
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Graph, TensorId } from "../../graph/graph.js";
import { type Activations, chooseActivations, type Schemes } from "../quantize/activations.js";
import type { Calibration } from "../quantize/calibrate.js";
import { MovingAverage } from "../quantize/observers/moving-average.js";
import type { Arrays } from "./checkpoint.js";

/** Exponential moving averages of the least and greatest values of batches (Jacob et al. 2018, arXiv:1712.05877, section 3.1). */
export class Ranges {
  readonly #graph: Graph;
  readonly #schemes: Schemes;
  readonly #observers = new Map<TensorId, MovingAverage>();

  constructor(graph: Graph, schemes: Schemes) {
    this.#graph = graph;
    this.#schemes = schemes;
  }

  /** What `quantize` takes. */
  get calibration(): Calibration {
    return this.#observers;
  }

  /** Looks at a tensor of a batch. */
  observe(id: TensorId, value: Tensor): void {
    const observer = this.#observers.get(id) ?? new MovingAverage();
    this.#observers.set(id, observer);
    observer.observe(value.dataSync() as Float32Array);
  }

  /** The types that ranges ask for now, once every tensor has been looked at. */
  types(): Activations {
    return chooseActivations(this.#graph, this.#observers, this.#schemes);
  }

  save(): Arrays {
    return new Map(
      [...this.#observers].map(([id, { average }]) => [`${id}`, Float64Array.of(average!.min, average!.max)]),
    );
  }

  load(arrays: Arrays): void {
    for (const [id, [min, max]] of arrays) this.#observers.set(+id, new MovingAverage({ min, max }));
  }
}
