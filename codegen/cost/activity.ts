/** Layers with known activations: fast kernels do less where these are zero. */
import type { TensorId } from "../graph/graph.js";
import type { Plan, PlannedLayer } from "../plan/plan.js";

/** What tensors hold in one inference: their bytes, in the order of their elements. */
export type Activations = ReadonlyMap<TensorId, Uint8Array>;

/**
 * A plan's layers, their instructions and garbage less what zeros spare them. `modelCost` makes a whole inference of them.
 *
 * @param activations of every tensor, as `activations` of codegen/observe.ts finds them
 */
export function predictedFor({ layers, planar }: Plan, activations: Activations): PlannedLayer[] {
  const lying = new Map(activations);
  for (const [id, order] of planar) {
    const bytes = activations.get(id);
    if (bytes)
      lying.set(
        id,
        Uint8Array.from(order, (at) => bytes[at]),
      );
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
