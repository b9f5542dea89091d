/** Teacher and student on samples that were held out. */
import { QuantizedModel } from "../../compress/quantize/execute.js";
import type { DistillationReport } from "../../compress/report/distillation.js";
import { evaluate, outputsOf } from "../../compress/report/evaluate.js";
import { FloatModel } from "../../float/execute.js";
import { isFloat } from "../../float/validate.js";
import type { Graph } from "../../graph/graph.js";
import type { Dataset } from "../data/dataset.js";
import type { OnProgress } from "../progress.js";

/**
 * @param before the student before it was trained
 * @param after the student as it is written
 */
export function evaluateAll(
  models: Readonly<Record<"teacher" | "before" | "after", Graph>>,
  { samples, labels }: Dataset,
  onProgress: OnProgress,
): NonNullable<DistillationReport["evaluations"]> {
  const total = samples.length;
  const run = (graph: Graph, what: string) =>
    outputsOf(isFloat(graph) ? new FloatModel(graph) : new QuantizedModel(graph), samples, (done) =>
      onProgress({ what: `running ${what}`, done, total }),
    );
  const wanted = run(models.teacher, "the teacher");
  const against = (graph: Graph, what: string) => evaluate(run(graph, what), wanted, labels);
  return {
    teacher: evaluate(wanted, wanted, labels),
    before: against(models.before, "the student before"),
    after: against(models.after, "the student"),
  };
}
