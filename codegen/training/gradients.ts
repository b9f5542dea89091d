/** Where the gradients of activations lie: each as long as it is needed, and then others in its place. */
import type { GradientPlace } from "../../runtime/training/training.js";
import { elements, type Graph, type TensorId } from "../graph/graph.js";
import { Node } from "../ops/node.js";
import { operatorOf } from "../ops/registry.js";
import { assignOffsets, type Block } from "../plan/arena.js";
import type { TrainingPath } from "./path.js";

export interface GradientsPlan {
  readonly places: ReadonlyMap<TensorId, GradientPlace>;
  /** Elements of `Training.gradients`, and of `Training.exponents`. */
  readonly length: number;
  readonly exponents: number;
  /** The tensor that a tensor shares its gradient with: one in another shape, or itself. */
  rootOf(id: TensorId): TensorId;
}

/** Bytes of a mantissa. */
const MANTISSA_BYTES = 2;

/** Times count backwards, from the last operator of the path. */
export function planGradients({ tensors, ops }: Graph, path: TrainingPath): GradientsPlan {
  const roots = new Map<TensorId, TensorId>();
  const rootOf = (id: TensorId): TensorId => roots.get(id) ?? id;
  const blocks = new Map<TensorId, Block>();
  const use = (id: TensorId, time: number): void => {
    const bytes = MANTISSA_BYTES * elements(tensors[id].shape);
    const found = blocks.get(id) ?? { bytes, first: time, last: time, offset: 0 };
    blocks.set(id, { ...found, last: time });
  };
  for (const id of path.loss ? [path.loss.logits] : path.received) use(id, 0);
  for (const [time, op] of path.ops.toReversed().entries()) {
    const { inputs, outputs } = ops[op];
    const node = new Node({ tensors, ops } as Graph, ops[op]);
    const isAlias = operatorOf(ops[op]).lower(node).form === "alias";
    use(rootOf(outputs[0]), time);
    for (const id of inputs) {
      if (id === null || !path.tensors.has(id)) continue;
      if (isAlias && !blocks.has(id)) roots.set(id, rootOf(outputs[0]));
      use(rootOf(id), time);
    }
  }
  for (const id of path.handed) use(rootOf(id), path.ops.length);
  const bytes = assignOffsets([...blocks.values()]);
  const order = [...blocks.keys()];
  const places = new Map(
    [...path.tensors].map((id) => {
      const root = rootOf(id);
      return [id, { gradient: blocks.get(root)!.offset / MANTISSA_BYTES, exponent: order.indexOf(root) }];
    }),
  );
  return { places, length: bytes / MANTISSA_BYTES, exponents: order.length, rootOf };
}
