import { elementsOf } from "../graph/elements.js";
import { elements, type Graph, type TensorId } from "../graph/graph.js";
import type { Op } from "../graph/op.js";
import { Node } from "../ops/node.js";
import { floatOperatorOf } from "./index.js";
import { requireFloat } from "./validate.js";

/** A float graph that can be run on Node, as often as one likes. */
export class FloatModel {
  readonly graph: Graph;
  private readonly constants: ReadonlyMap<TensorId, Float32Array>;

  /** @throws Refusal with everything that keeps the graph from being run in float32 */
  constructor(graph: Graph) {
    requireFloat(graph);
    this.graph = graph;
    const constants = new Map<TensorId, Float32Array>();
    graph.tensors.forEach(({ dtype, data }, id) => {
      if (data && dtype === "float32") constants.set(id, elementsOf(dtype, data) as Float32Array);
    });
    this.constants = constants;
  }

  /**
   * One inference.
   *
   * @param inputs the values of each model input, row-major in its shape
   * @returns the values of every tensor that is fed or computed
   * @throws RangeError where an input has another length than its shape
   */
  run(inputs: readonly Float32Array[]): ReadonlyMap<TensorId, Float32Array> {
    const values = new Map<TensorId, Float32Array>();
    this.graph.inputs.forEach((id, i) => {
      const { shape } = this.graph.tensors[id];
      if (inputs[i]?.length !== elements(shape))
        throw new RangeError(`input ${i} has ${inputs[i]?.length} values for [${shape.join(", ")}]`);
      values.set(id, inputs[i]);
    });
    for (const op of this.graph.ops) this.compute(op, values);
    return values;
  }

  private compute(op: Op, values: Map<TensorId, Float32Array>): void {
    const inputs = op.inputs.map((id) =>
      id === null ? undefined : (values.get(id) ?? this.constants.get(id)),
    );
    const outputs = floatOperatorOf(op)!.run(new Node(this.graph, op), inputs);
    op.outputs.forEach((id, i) => {
      values.set(id, outputs[i]);
    });
  }
}
