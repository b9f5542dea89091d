/** Plans of stages that were made before: splits of one model that are tried one after another have most stages in common. */
import { createHash } from "node:crypto";
import type { Graph } from "../graph/graph.js";
import type { PlanOptions } from "../plan/options.js";
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
   * @param options the board's, those of training for this stage
   * @throws Refusal as planning does
   */
  of(graph: Graph, board: StageBoard, options: PlanOptions): StagePlan {
    const ofBoard = this.#plans.get(board) ?? new Map<string, StagePlan>();
    this.#plans.set(board, ofBoard);
    const key = digestOf(graph) + JSON.stringify(options.train ?? null);
    const known = ofBoard.get(key) ?? { graph, plan: plan(graph, options) };
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
