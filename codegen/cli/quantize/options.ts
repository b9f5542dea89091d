/** Values of the options of `xsnn quantize`, checked. */
import { InvalidArgumentError } from "commander";
import {
  ACTIVATION_RANGES,
  type ActivationFormat,
  SCHEMES,
  type Scheme,
  type SchemeName,
  WEIGHT_LIMITS,
  type WeightFormat,
} from "../../compress/quantize/formats.js";

export const SCHEME_NAMES = Object.keys(SCHEMES) as SchemeName[];
export const WEIGHT_FORMATS = Object.keys(WEIGHT_LIMITS) as WeightFormat[];
export const ACTIVATION_FORMATS = Object.keys(ACTIVATION_RANGES) as ActivationFormat[];

/** A scheme by its name, or formats of weights and activations: `int8`, `16x8`, `int4/int16`. */
export function scheme(text: string): Scheme {
  if (text in SCHEMES) return SCHEMES[text as SchemeName];
  const [weights, activations, ...rest] = text.split("/");
  if (!includes(WEIGHT_FORMATS, weights) || !includes(ACTIVATION_FORMATS, activations) || rest.length > 0)
    throw new InvalidArgumentError(
      `A scheme is one of ${SCHEME_NAMES.join(", ")}, or WEIGHTS/ACTIVATIONS, such as int4/int16.`,
    );
  return { weights, activations };
}

/** The shortest text that says what a scheme is. */
export function schemeText({ weights, activations }: Scheme): string {
  const name = SCHEME_NAMES.find(
    (it) => SCHEMES[it].weights === weights && SCHEMES[it].activations === activations,
  );
  return name ?? `${weights}/${activations}`;
}

/** A layer and the scheme that is wanted for it. */
export interface LayerScheme {
  /** Its name, or its number in the table. */
  readonly layer: string;
  readonly scheme: Scheme;
}

/** Adds one `NAME=SCHEME`; names may hold `=` themselves. */
export function layerScheme(text: string, before: readonly LayerScheme[] = []): readonly LayerScheme[] {
  const end = text.lastIndexOf("=");
  if (end < 1) throw new InvalidArgumentError("It must be NAME=SCHEME, or a layer's number and =SCHEME.");
  return [...before, { layer: text.slice(0, end), scheme: scheme(text.slice(end + 1)) }];
}

/** Schemes with commas between them. */
export function schemeList(text: string): readonly Scheme[] {
  return text.split(",").map(scheme);
}

/** Finite numbers with commas between them. */
export function numbers(text: string): readonly number[] {
  const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (!values.every(Number.isFinite))
    throw new InvalidArgumentError("It must be a number, or numbers with commas between them.");
  return values;
}

/** Percentage points: none, or some. */
export function points(text: string): number {
  const [value, ...rest] = numbers(text);
  if (rest.length > 0 || value < 0) throw new InvalidArgumentError("It must be a number of at least 0.");
  return value;
}

/** Two different numbers. */
export function range(text: string): readonly [number, number] {
  const [low, high, ...rest] = numbers(text);
  if (high === undefined || rest.length > 0 || low === high)
    throw new InvalidArgumentError("It must be two different numbers, such as -1,1.");
  return [low, high];
}

/** Numbers to divide by. */
export function deviations(text: string): readonly number[] {
  const values = numbers(text);
  if (!values.every((value) => value > 0)) throw new InvalidArgumentError("Standard deviations are above 0.");
  return values;
}

function includes<T extends string>(known: readonly T[], text: string | undefined): text is T {
  return known.includes(text as T);
}
