/** In place of the planner's choice: lanes over output channels for every layer that they suit. */
import { rolledCost } from "../../codegen/cost/rolled.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { columns } from "../../codegen/kernels/columns/index.js";
import { reduced } from "../../codegen/kernels/columns/reduce.js";
import { Node } from "../../codegen/ops/node.js";
import { operatorOf } from "../../codegen/ops/registry.js";
import type { Choice, Choices } from "../../codegen/plan/forms.js";

export function choose(graph: Graph): Choices {
  const layers = graph.ops.map((op, i): Choice => {
    const node = new Node(graph, op);
    const generated = columns(node) ?? reduced(node);
    if (generated)
      return { ops: [i], form: "columns", lowering: generated, outputs: op.outputs, cost: generated.cost };
    const lowering = operatorOf(op).lower(node);
    return { ops: [i], form: "rolled", lowering, outputs: op.outputs, cost: rolledCost(node, lowering) };
  });
  return { graph, layers, resting: [], planes: 0 };
}
