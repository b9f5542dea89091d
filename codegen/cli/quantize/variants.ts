/** A float model in one scheme or several, each evaluated and planned. */
import type { Board } from "../../../boards/board.js";
import type { Compiled } from "../../compile.js";
import { type AutoOptions, quantizeAuto } from "../../compress/quantize/auto.js";
import { QuantizedModel } from "../../compress/quantize/execute.js";
import type { SchemeName } from "../../compress/quantize/formats.js";
import { type Quantized, type QuantizeOptions, quantize } from "../../compress/quantize/quantize.js";
import { type Evaluation, evaluate, outputsOf } from "../../compress/report/evaluate.js";
import type { Variant } from "../../compress/report/report.js";
import { FloatModel } from "../../float/execute.js";
import { isFloat } from "../../float/validate.js";
import type { Graph } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import type { Split } from "../data/split.js";
import type { OnProgress } from "../progress.js";
import { compileQuantized, costOf } from "./cost.js";

export interface Setting {
  readonly name: string;
  readonly options: QuantizeOptions;
  /** Where layers get more bits than the scheme until accuracy has dropped by so many percentage points at most. */
  readonly auto?: { readonly scheme: SchemeName; readonly maxDrop: number };
}

export interface Made extends Variant {
  readonly quantized: Quantized;
  readonly compiled: Compiled;
}

export interface Context {
  readonly graph: Graph;
  /** The name of the compiled module. */
  readonly module: string;
  readonly data: Split;
  readonly board: Board | undefined;
  readonly onProgress: OnProgress;
}

/** @returns the float model's own figures, and the variants in the order of the settings, of which there is one at least */
export async function makeVariants(
  settings: readonly Setting[],
  { graph, module, data, board, onProgress }: Context,
): Promise<{ readonly float: Evaluation; readonly variants: readonly [Made, ...Made[]] }> {
  const { samples, labels } = data.evaluation;
  const total = samples.length;
  const reporter = (what: string) => (done: number) => onProgress({ what, done, total });
  const variants: Made[] = [];
  let wanted: Float32Array[] | undefined;
  for (const { name, options, auto } of settings) {
    onProgress({ what: `quantizing to ${name}`, done: 0, total: 1 });
    const quantized = auto
      ? quantizeAuto(graph, data.used.samples, { ...options, ...auto, accuracy: accuracyOn(data.evaluation) })
      : quantize(graph, data.used.samples, options);
    wanted ??= outputsOf(new FloatModel(quantized.float), samples, reporter("running float32"));
    const found = outputsOf(new QuantizedModel(quantized.graph), samples, reporter(`running ${name}`));
    const evaluation = evaluate(found, wanted, labels);
    onProgress({ what: `planning ${name}`, done: 0, total: 1 });
    const compiled = await compileQuantized(quantized.graph, module, board);
    const cost = costOf(compiled, samples, board);
    variants.push({ scheme: name, evaluation, cost, quantized, compiled });
  }
  return { float: evaluate(wanted!, wanted!, labels), variants: variants as [Made, ...Made[]] };
}

/**
 * Measures how often, in per cent, models are right; without labels how often they say what the float model says, which is the
 * first one measured.
 *
 * @throws Refusal `auto-needs-classes`
 */
function accuracyOn({ samples, labels }: Split["evaluation"]): AutoOptions["accuracy"] {
  let wanted: Float32Array[] | undefined;
  return (graph) => {
    const found = outputsOf(isFloat(graph) ? new FloatModel(graph) : new QuantizedModel(graph), samples);
    wanted ??= found;
    const { agreeing, right = agreeing } = evaluate(found, wanted, labels);
    return right === undefined || agreeing === undefined
      ? refuse("auto-needs-classes", {})
      : (100 * right) / samples.length;
  };
}
