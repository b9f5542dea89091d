import { type Report, report } from "../../codegen/emit/report.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { plan } from "../../codegen/plan/plan.js";

/** The plan of a graph as data. */
export function compiledReport(graph: Graph): Report {
  return report(plan(graph), "model");
}
