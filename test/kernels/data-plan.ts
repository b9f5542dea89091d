/** In place of the planner's choice: planes with weights as data for whatever they suit; all else is rolled. */
import { rolledCost } from "../../codegen/cost/rolled.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { type DataOptions, planDataPlanes } from "../../codegen/kernels/planes/data/index.js";
import { Node } from "../../codegen/ops/node.js";
import { operatorOf } from "../../codegen/ops/registry.js";
import { fusePadding } from "../../codegen/passes/fuse-padding.js";
import type { Choice } from "../../codegen/plan/forms.js";
import { type Plan, planChoices } from "../../codegen/plan/plan.js";

export function dataPlan(given: Graph, options: DataOptions): Plan {
  const graph = fusePadding(given);
  const planes = planDataPlanes(graph, new Set(graph.ops.keys()), options);
  const layers = graph.ops.flatMap((op, index): Choice[] => {
    const layer = planes?.layers.find(({ ops }) => ops.includes(index));
    if (layer) return layer.ops[0] === index ? [{ ...layer, form: "planes", cost: layer.lowering.cost }] : [];
    const node = new Node(graph, op);
    const lowering = operatorOf(op).lower(node);
    return [
      { ops: [index], form: "rolled", lowering, outputs: op.outputs, cost: rolledCost(node, lowering) },
    ];
  });
  return planChoices({ layers, resting: planes?.resting ?? [], planes: planes?.planes ?? 0, graph });
}
