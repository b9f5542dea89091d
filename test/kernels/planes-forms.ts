/** In place of the planner's choice: planes for whatever they suit, at any price; all rolled where there are to be no forms. */
import { rolledCost } from "../../codegen/cost/rolled.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { planPlanes } from "../../codegen/kernels/planes/island.js";
import { Node } from "../../codegen/ops/node.js";
import { operatorOf } from "../../codegen/ops/registry.js";
import type { Choice, Choices } from "../../codegen/plan/forms.js";
import type { PlanOptions } from "../../codegen/plan/options.js";
import { withPlanarInputs } from "../../codegen/plan/planar.js";

export function chooseForms(given: Graph, { forms, observable }: PlanOptions): Choices {
  const planes = forms?.length === 0 ? undefined : planPlanes(given, { isObservable: observable === true });
  const graph = withPlanarInputs(given, planes?.layers ?? []);
  const layers = graph.ops.flatMap((op, index): Choice[] => {
    const layer = planes?.layers.find(({ ops }) => ops.includes(index));
    if (layer) return layer.ops[0] === index ? [{ ...layer, form: "planes", cost: layer.lowering.cost }] : [];
    const node = new Node(graph, op);
    const lowering = operatorOf(op).lower(node);
    const cost = rolledCost(node, lowering);
    return [{ ops: [index], form: "rolled", lowering, outputs: op.outputs, cost }];
  });
  return { layers, resting: planes?.resting ?? [], planes: planes?.planes ?? 0, graph };
}
