import { FloatModel } from "../../float/execute.js";
import { floatOperatorOf } from "../../float/index.js";
import { elementsOf } from "../../graph/elements.js";
import type { Graph, Tensor, TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { realValues } from "../../graph/real-values.js";
import { Node } from "../../ops/node.js";
import { POSITIONS } from "../../passes/float/weighted.js";
import type { Sample } from "./calibrate.js";
import { activationType, rounded } from "./types.js";

/**
 * How much each layer with weights matters: the squared error of the model's outputs, over all samples, where this layer alone has its
 * quantized weights and rounds its output, and all others are in float32.
 *
 * @param quantized what `quantize` made of the float graph
 * @returns by operator name
 */
export function sensitivities(
  float: Graph,
  quantized: Graph,
  samples: readonly Sample[],
): ReadonlyMap<string, number> {
  const model = new FloatModel(float);
  const errors = new Map<string, number>();
  for (const sample of samples) {
    const wanted = model.run(sample);
    for (const op of float.ops) {
      if (!(op.kind in POSITIONS)) continue;
      const found = runWith(float, quantized, op, wanted);
      const error = float.outputs.reduce((sum, id) => sum + squaredError(wanted.get(id)!, found.get(id)!), 0);
      errors.set(op.name, (errors.get(op.name) ?? 0) + error);
    }
  }
  return errors;
}

/** All values of the float model with one quantized layer in it. */
function runWith(
  float: Graph,
  { ops, tensors }: Graph,
  op: Op,
  wanted: ReadonlyMap<TensorId, Float32Array>,
): ReadonlyMap<TensorId, Float32Array> {
  const values = new Map(wanted);
  for (const next of float.ops.slice(float.ops.indexOf(op))) {
    const source = next === op ? ops.find(({ name }) => name === op.name)! : next;
    const constants = next === op ? tensors : float.tensors;
    const inputs = next.inputs.map((id, position) => {
      const other = source.inputs[position];
      return id === null ? undefined : (values.get(id) ?? constantOf(constants[other!]));
    });
    const outputs = floatOperatorOf(next)!.run(new Node(float, next), inputs);
    next.outputs.forEach((id, i) => {
      const type = next === op && activationType(tensors[id]);
      values.set(id, type ? rounded(outputs[i], type) : outputs[i]);
    });
  }
  return values;
}

function constantOf(tensor: Tensor): Float32Array | undefined {
  if (!tensor.data) return undefined;
  if (tensor.quantization) return realValues(tensor);
  return tensor.dtype === "float32" ? (elementsOf("float32", tensor.data) as Float32Array) : undefined;
}

function squaredError(wanted: Float32Array, found: Float32Array): number {
  return wanted.reduce((sum, value, i) => sum + (value - found[i]) ** 2, 0);
}
