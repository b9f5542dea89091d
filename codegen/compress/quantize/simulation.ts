/** A quantized model in float32: every tensor is rounded to what its type holds, sums are exact. */
import { FloatModel } from "../../float/execute.js";
import { floatOperatorOf } from "../../float/index.js";
import type { FloatInputs } from "../../float/operator.js";
import { elementsOf } from "../../graph/elements.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { Node } from "../../ops/node.js";
import { type Activations, activationPositions } from "./activations.js";
import type { Sample } from "./calibrate.js";
import { rounded } from "./types.js";

type Values = Map<TensorId, Float32Array>;

/** Runs all samples side by side, operator after operator, in float32 and as if quantized. */
export class Simulation {
  readonly graph: Graph;
  private readonly activations: Activations;
  private readonly float: readonly ReadonlyMap<TensorId, Float32Array>[];
  private readonly quantized: readonly Values[];

  constructor(graph: Graph, activations: Activations, samples: readonly Sample[]) {
    this.graph = graph;
    this.activations = activations;
    const model = new FloatModel(graph);
    this.float = samples.map((sample) => model.run(sample));
    this.quantized = samples.map(
      (sample) =>
        new Map(graph.inputs.map((id, i) => [id, rounded(sample[i], activations.produced(id))] as const)),
    );
  }

  get samples(): number {
    return this.float.length;
  }

  /** What an operator reads in a sample, by position, in float32 or as if everything before it were quantized. */
  inputs(op: Op, sample: number, mode: "float" | "quantized"): FloatInputs {
    const activations = new Set(activationPositions(this.graph, op));
    const values: ReadonlyMap<TensorId, Float32Array> = this[mode][sample];
    return op.inputs.map((id, position) => {
      if (id === null) return undefined;
      const tensor = values.get(id) ?? this.constant(id);
      if (!tensor || mode === "float" || !activations.has(position)) return tensor;
      return rounded(tensor, this.activations.read(op, position));
    });
  }

  /** Runs an operator on given inputs. */
  run(op: Op, inputs: FloatInputs): readonly Float32Array[] {
    return floatOperatorOf(op)!.run(new Node(this.graph, op), inputs);
  }

  /** Goes past an operator that has made some outputs of quantized inputs. */
  advance(op: Op, sample: number, outputs: readonly Float32Array[]): void {
    op.outputs.forEach((id, i) => {
      this.quantized[sample].set(id, rounded(outputs[i], this.activations.produced(id)));
    });
  }

  private constant(id: TensorId): Float32Array | undefined {
    const { dtype, data } = this.graph.tensors[id];
    return data && dtype === "float32" ? (elementsOf(dtype, data) as Float32Array) : undefined;
  }
}
