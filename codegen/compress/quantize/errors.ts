/** How far quantization takes each layer's output from what it is in float32. */
import { FloatModel } from "../../float/execute.js";
import { floatOperatorOf } from "../../float/index.js";
import { elementsOf } from "../../graph/elements.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { Node } from "../../ops/node.js";
import type { Sample } from "./calibrate.js";
import { QuantizedModel } from "./execute.js";

export interface LayerError {
  /** Name and kind of the operator; its output 0 is what is compared. */
  readonly name: string;
  readonly kind: Op["kind"];
  readonly output: TensorId;
  /** Signal-to-noise ratio in dB against the float model; infinite where nothing differs. */
  readonly snr: number;
  /** The same against this operator in float32 on the quantized model's activations: what this layer adds alone. */
  readonly added: number;
  /** Cosine of the angle between both outputs, over all samples as one vector. */
  readonly cosine: number;
}

/**
 * Runs a float graph and what quantization made of it side by side.
 *
 * @param quantized in which the float graph's tensors have the same indexes
 */
export function layerErrors(float: Graph, quantized: Graph, samples: readonly Sample[]): LayerError[] {
  const [floatModel, quantizedModel] = [new FloatModel(float), new QuantizedModel(quantized)];
  const sums = float.ops.map(() => ({ whole: new Comparison(), alone: new Comparison() }));
  for (const sample of samples) {
    const wanted = floatModel.run(sample);
    const found = quantizedModel.run(sample);
    float.ops.forEach((op, i) => {
      const [id] = op.outputs;
      const values = found.get(id)!;
      sums[i].whole.add(wanted.get(id)!, values);
      sums[i].alone.add(runAlone(float, op, found), values);
    });
  }
  return float.ops.map(({ name, kind, outputs }, i) => {
    const { whole, alone } = sums[i];
    return { name, kind, output: outputs[0], snr: whole.snr, added: alone.snr, cosine: whole.cosine };
  });
}

/** An operator's output 0 in float32, of activations that another model computed. */
function runAlone(graph: Graph, op: Op, values: ReadonlyMap<TensorId, Float32Array>): Float32Array {
  const inputs = op.inputs.map((id) => {
    if (id === null) return undefined;
    const { dtype, data } = graph.tensors[id];
    return (
      values.get(id) ?? (data && dtype === "float32" ? (elementsOf(dtype, data) as Float32Array) : undefined)
    );
  });
  return floatOperatorOf(op)!.run(new Node(graph, op), inputs)[0];
}

/** Two vectors, part by part. */
class Comparison {
  #signal = 0;
  #other = 0;
  #product = 0;
  #noise = 0;

  add(wanted: Float32Array, found: Float32Array): void {
    wanted.forEach((value, i) => {
      this.#signal += value * value;
      this.#other += found[i] * found[i];
      this.#product += value * found[i];
      this.#noise += (value - found[i]) ** 2;
    });
  }

  get snr(): number {
    return this.#noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(this.#signal / this.#noise);
  }

  get cosine(): number {
    if (this.#noise === 0) return 1;
    return this.#product / Math.sqrt(this.#signal * this.#other) || 0;
  }
}
