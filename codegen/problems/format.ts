import { benchWords } from "./bench.js";
import { boardWords } from "./board.js";
import { chainWords } from "./chain.js";
import { chipWords } from "./chip.js";
import { clusteringWords } from "./clustering.js";
import { dataWords } from "./data.js";
import { engineWords } from "./engine.js";
import { federatedWords } from "./federated.js";
import { flashWords } from "./flash.js";
import { floatWords } from "./float.js";
import { graphWords } from "./graph.js";
import { importWords } from "./import.js";
import { modWords } from "./mod.js";
import { moddableWords } from "./moddable.js";
import { onnxWords } from "./onnx.js";
import { operatorWords } from "./operator.js";
import type { Details, Place, Problem, Words, WordsOf } from "./problem.js";
import { pruningWords } from "./pruning.js";
import { quantizationWords } from "./quantization.js";
import { quote } from "./quote.js";
import { splitWords } from "./split.js";
import { storeWords } from "./store.js";
import { trainingWords } from "./training.js";
import { usageWords } from "./usage.js";

const words: WordsOf<Details> = {
  ...importWords,
  ...onnxWords,
  ...graphWords,
  ...operatorWords,
  ...floatWords,
  ...quantizationWords,
  ...pruningWords,
  ...trainingWords,
  ...clusteringWords,
  ...usageWords,
  ...dataWords,
  ...engineWords,
  ...boardWords,
  ...moddableWords,
  ...federatedWords,
  ...flashWords,
  ...chipWords,
  ...chainWords,
  ...splitWords,
  ...storeWords,
  ...modWords,
  ...benchWords,
};

/** The words for a problem. */
export function describe(problem: Problem): Words {
  return (words[problem.code] as (details: Problem["details"]) => Words)(problem.details);
}

/** One problem as text: `place: what [code]`, and what to do on a line of its own. */
export function format(problem: Problem): string {
  const { what, todo } = describe(problem);
  const place = formatPlace(problem.place);
  return `${place}${place && ": "}${what} [${problem.code}]\n  ${todo}`;
}

/**
 * Problems as one message: those of one code and remedy are told once, with the first one's place, and the kinds of
 * operators that the others concern.
 */
export function formatAll(problems: readonly Problem[]): string[] {
  const alike = new Map<string, Problem[]>();
  for (const problem of problems) {
    const key = `${problem.code} ${describe(problem).todo}`;
    const group = alike.get(key);
    if (group) group.push(problem);
    else alike.set(key, [problem]);
  }
  return [...alike.values()].map(([first, ...others]) =>
    others.length === 0
      ? format(first)
      : `${format(first)}\n  and ${others.length} more like it${kindsOf(others)}`,
  );
}

/** The operators concerned, as ` in CONV_2D, ADD`. */
function kindsOf(problems: readonly Problem[]): string {
  const kinds = new Set(problems.flatMap(({ place }) => place.op?.kind ?? []));
  return kinds.size > 0 ? ` in ${[...kinds].join(", ")}` : "";
}

function formatPlace({ op, tensor }: Place): string {
  const parts = [];
  if (op) parts.push(`${op.kind} ${quote(op.name)}`);
  if (tensor) parts.push(`tensor ${tensor.id} ${quote(tensor.name)}`);
  return parts.join(", ");
}
