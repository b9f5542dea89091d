/** Layers with known activations: fast kernels do less where these are zero. */
import type { TensorId } from "../graph/graph.js";
import type { Plan, PlannedLayer } from "../plan/plan.js";

/** What tensors hold in one inference: their bytes, in the order of their elements. */
export type Activations = ReadonlyMap<TensorId, Uint8Array>;

/** Bytes of elements in another order. */
function permuted(bytes: Uint8Array, order: readonly number[]): Uint8Array {
  const size = bytes.length / order.length;
  const lying = new Uint8Array(bytes.length);
  for (const [i, at] of order.entries()) lying.set(bytes.subarray(at * size, (at + 1) * size), i * size);
  return lying;
}

/**
 * A plan's layers, their instructions and garbage less what zeros spare them. `modelCost` makes a whole inference of them.
 *
 * @param activations of every tensor, as `activations` of codegen/observe.ts finds them
 */
export function predictedFor({ layers, planar }: Plan, activations: Activations): PlannedLayer[] {
  const lying = new Map(activations);
  for (const [id, order] of planar) {
    const bytes = activations.get(id);
    if (bytes) lying.set(id, permuted(bytes, order));
  }
  return layers.map((layer) => {
    const { cost } = layer;
    const spared = cost.spared?.(lying);
    if (!spared) return layer;
    const instructions = Math.round(cost.instructions - spared.instructions);
    const garbageBytes = Math.max(0, Math.round(cost.garbageBytes - spared.garbageBytes));
    return { ...layer, cost: { ...cost, instructions, garbageBytes } };
  });
}
