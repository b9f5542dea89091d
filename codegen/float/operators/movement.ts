/** Operators that move values and compute nothing: they run on the very kernels that move bytes on a device. */
import type { OpKind } from "../../graph/op.js";
import { operatorOf } from "../../ops/registry.js";
import { evaluate } from "../../passes/evaluate.js";
import type { FloatOperator } from "../operator.js";

const KINDS = [
  "CONCATENATION",
  "EXPAND_DIMS",
  "PACK",
  "PAD",
  "PADV2",
  "RESHAPE",
  "RESIZE_NEAREST_NEIGHBOR",
  "SLICE",
  "SPLIT",
  "SPLIT_V",
  "SQUEEZE",
  "STRIDED_SLICE",
  "TRANSPOSE",
  "UNPACK",
] as const satisfies readonly OpKind[];

function movement(kind: OpKind): FloatOperator {
  return {
    kind,

    check(node) {
      operatorOf(node.op).check(node);
      node.requireType(node.output(), "the output", ["float32"]);
    },

    run(node, inputs) {
      const bytes = new Map(
        node.op.inputs.map((id, i) => {
          const values = inputs[i];
          return [id, values && new Uint8Array(values.buffer, values.byteOffset, values.byteLength)] as const;
        }),
      );
      const outputs = evaluate(
        node,
        operatorOf(node.op).lower(node),
        (id) => bytes.get(id) ?? node.graph.tensors[id].data!,
      );
      return outputs!.map((output) => new Float32Array(Uint8Array.from(output).buffer));
    },
  };
}

export const movements = KINDS.map(movement);
