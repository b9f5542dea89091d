/** What a command that distills was asked for, and whether that goes together. */
import { resolve } from "node:path";
import type { Scheme } from "../../compress/quantize/formats.js";
import type { QuantizeOptions } from "../../compress/quantize/quantize.js";
import type { Hint } from "../../compress/train/hints.js";
import type { Graph } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import type { Preprocessing } from "../data/preprocessing.js";
import type { LayerScheme } from "../quantize/options.js";
import { schemeText } from "../quantize/options.js";
import { namedLayers } from "../quantize/settings.js";

export interface Flags extends Preprocessing {
  readonly data: string;
  readonly labels?: string;
  readonly output: string;
  readonly student?: string;
  readonly width?: number;
  readonly withoutBlock?: readonly string[];
  readonly temperature?: number;
  readonly alpha?: number;
  readonly hint?: readonly Hint[];
  readonly epochs: number;
  readonly batch?: number;
  readonly rate?: number;
  readonly seed: number;
  readonly keepZeros?: true;
  readonly normalize?: true;
  readonly scheme?: Scheme;
  readonly layer?: readonly LayerScheme[];
  readonly search?: true;
  /** The share of the data that is held out. */
  readonly validate: number;
  readonly patience?: number;
  readonly checkpoint?: string;
  readonly report?: string;
  readonly json?: true;
}

/** @throws Refusal `arguments` for options that do not go together, and files that would replace what they are made of */
export function checkFlags(teacher: string, flags: Flags): void {
  const { scheme, layer = [], search, keepZeros, student, width, withoutBlock } = flags;
  const isBinary = [{ scheme }, ...layer].some((it) => it.scheme?.weights === "binary");
  const message =
    overwritten("the teacher", teacher, flags) ??
    ((!student &&
      !width &&
      !withoutBlock &&
      !scheme &&
      "the student would be the teacher itself: give --student, --width, --without-block or --scheme") ||
      (!scheme && (layer.length > 0 || search) && "--layer and --search say how to quantize: add --scheme") ||
      (keepZeros && search && "--search finds other weights, zeros among them: leave out --keep-zeros") ||
      (keepZeros && isBinary && "binary weights are never 0: leave out --keep-zeros"));
  if (message) refuse("arguments", { message });
}

/** What is wrong with the paths of files that are written; undefined where they are apart from all others. */
export function overwritten(
  whose: string,
  model: string,
  {
    output,
    checkpoint,
    report,
    ...inputs
  }: Pick<Flags, "output" | "checkpoint" | "report" | "student" | "data" | "labels">,
): string | undefined {
  const taken = new Map<string, string>([[resolve(model), whose]]);
  for (const [path, what] of [
    [inputs.student, "the student"],
    [inputs.data, "the data"],
    [inputs.labels, "the labels"],
  ] as const)
    if (path !== undefined) taken.set(resolve(path), what);
  for (const [path, option] of [
    [output, "-o"],
    [checkpoint, "--checkpoint"],
    [report, "--report"],
  ] as const) {
    if (path === undefined) continue;
    const what = taken.get(resolve(path));
    if (what !== undefined) return `${option} names ${what}, which it would replace`;
    taken.set(resolve(path), `the file of ${option}`);
  }
  return undefined;
}

/** The formats that the student is trained for; undefined where it stays float. */
export function quantization(
  { scheme, layer = [] }: Flags,
  student: Graph,
): Required<Pick<QuantizeOptions, "scheme" | "layers">> | undefined {
  return scheme && { scheme, layers: namedLayers(layer, student) };
}

/** Which network is trained, in words. */
export function studentText({ student, width, withoutBlock = [] }: Flags): string {
  const changes = [
    ...(withoutBlock.length > 0 ? [`without ${withoutBlock.join(", ")}`] : []),
    ...(width === undefined ? [] : [`of width ${width}`]),
  ];
  return [student ?? "the teacher", ...changes].join(" ");
}

/** What a report says of the training. */
export function summary(flags: Flags): Readonly<Record<string, string | number | boolean>> {
  const { temperature, alpha, hint, epochs, batch, rate, seed, keepZeros, normalize, patience } = flags;
  const { scheme, layer = [], search } = flags;
  const layers = layer.map(({ layer, scheme }) => `${layer}=${schemeText(scheme)}`).join(" ");
  const hints = hint?.map(({ teacher, student }) => `${teacher}=${student}`).join(" ");
  const all = {
    epochs,
    batch,
    rate,
    seed,
    temperature,
    alpha,
    hints,
    patience,
    keepZeros,
    normalize,
    scheme: scheme && schemeText(scheme),
    layers: layers || undefined,
    search,
  };
  return Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
