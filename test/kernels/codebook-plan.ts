/** In place of the planner's choice: a codebook for whatever layer can have one; all else is rolled. */
import { rolledCost } from "../../codegen/cost/rolled.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { withCodebook } from "../../codegen/kernels/codebook/index.js";
import { Node } from "../../codegen/ops/node.js";
import { operatorOf } from "../../codegen/ops/registry.js";
import type { Choice } from "../../codegen/plan/forms.js";
import { type Plan, planChoices } from "../../codegen/plan/plan.js";

export function codebookPlan(graph: Graph): Plan {
  const layers = graph.ops.map((op, index): Choice => {
    const node = new Node(graph, op);
    const rolled = operatorOf(op).lower(node);
    const codebook = withCodebook(rolled);
    const lowering = codebook ?? rolled;
    const form = codebook ? "codebook" : "rolled";
    return { ops: [index], form, lowering, outputs: op.outputs, cost: rolledCost(node, lowering) };
  });
  return planChoices({ layers, resting: [], planes: 0, graph });
}
