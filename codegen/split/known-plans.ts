/** Plans of stages that were made before: splits of one model that are tried one after another have most stages in common. */
import { createHash } from "node:crypto";
import type { Graph } from "../graph/graph.js";
import { type Plan, plan } from "../plan/plan.js";
import type { StageBoard } from "./stage-board.js";

export interface StagePlan {
  readonly graph: Graph;
  readonly plan: Plan;
}

export class KnownPlans {
  readonly #plans = new Map<StageBoard, Map<string, StagePlan>>();

  /**
   * A stage's plan on a board; what it is a plan of may be another graph with the same content.
   *
   * @throws Refusal as planning does
   */
  of(graph: Graph, board: StageBoard): StagePlan {
    const ofBoard = this.#plans.get(board) ?? new Map<string, StagePlan>();
    this.#plans.set(board, ofBoard);
    const key = digestOf(graph);
    const known = ofBoard.get(key) ?? { graph, plan: plan(graph, board.options) };
    ofBoard.set(key, known);
    return known;
  }
}

function digestOf({ tensors, ...graph }: Graph): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify(graph));
  for (const { data, ...tensor } of tensors) {
    hash.update(JSON.stringify(tensor));
    if (data) hash.update(data);
  }
  return hash.digest("hex");
}
