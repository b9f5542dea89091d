import { floatOperatorOf } from "../../float/index.js";
import { requireFloatOperator } from "../../float/validate.js";
import { elements } from "../../graph/graph.js";
import { realValues } from "../../graph/real-values.js";
import { Node } from "../../ops/node.js";
import { operatorOf } from "../../ops/registry.js";
import { Collector } from "../../problems/collector.js";
import { type ConstantOutputs, constantOutputs } from "../fold-constants.js";

/** What kernels of a device compute, and arithmetic in float32 besides. */
export const floatConstantOutputs: ConstantOutputs = (graph, op, spend) => {
  const outputs = constantOutputs(graph, op, spend);
  const operator = floatOperatorOf(op);
  if (outputs || !operator || !op.inputs.every((id) => id === null || graph.tensors[id].data)) return outputs;
  const isValid = new Collector().try(() => {
    requireFloatOperator(graph, op);
    return true;
  });
  if (!isValid) return undefined;
  const node = new Node(graph, op);
  spend(operatorOf(op).macs?.(node) ?? elements(node.output().shape));
  const inputs = op.inputs.map((id) => {
    const tensor = id === null ? undefined : graph.tensors[id];
    return tensor?.dtype === "float32" ? realValues(tensor) : undefined;
  });
  return operator.run(node, inputs).map(({ buffer }) => new Uint8Array(buffer));
};
