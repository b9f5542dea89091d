/** Random int8 graphs of layers in a row, with edges that pass some of them. */
import type { Graph, Tensor } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { perTensor } from "../support/graph-builder.js";

/** So that tensors do not grow without end. */
const LARGEST = 64;

/** Residual blocks add tensors of one size; other layers join what a few earlier ones made. */
export function randomGraph(layers: number, seed: number): Graph {
  let state = seed;
  const next = (below: number) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
  const tensors: Tensor[] = [];
  const ops: Op[] = [];
  const tensor = (size: number) =>
    tensors.push({
      name: `t${tensors.length}`,
      shape: [1, size],
      dtype: "int8",
      quantization: perTensor(0.5, 0),
    }) - 1;
  const inputs = Array.from({ length: 1 + next(2) }, () => tensor(1 + next(32)));
  for (let layer = 0; layer < layers; layer++) {
    const last = layer === 0 ? inputs[inputs.length - 1] : tensors.length - 1;
    const earlier = inputs.length === 2 && layer === 0 ? inputs[0] : next(tensors.length);
    const sizeOf = (id: number) => tensors[id].shape[1];
    const name = `t${tensors.length}`;
    const joined = sizeOf(last) + sizeOf(earlier);
    if ((next(3) === 0 && joined <= LARGEST) || (layer === 0 && inputs.length === 2)) {
      const output = tensor(joined);
      const attributes = { axis: 1, activation: "NONE" };
      ops.push({ kind: "CONCATENATION", name, inputs: [last, earlier], outputs: [output], attributes } as Op);
    } else if (sizeOf(earlier) === sizeOf(last)) {
      const attributes = { activation: "NONE" };
      ops.push({
        kind: "ADD",
        name,
        inputs: [last, earlier],
        outputs: [tensor(sizeOf(last))],
        attributes,
      } as Op);
    } else
      ops.push({ kind: "RELU", name, inputs: [last], outputs: [tensor(sizeOf(last))], attributes: {} } as Op);
  }
  return { name: "random", tensors, ops, inputs, outputs: [tensors.length - 1], variables: [] };
}
