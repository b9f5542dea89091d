/** What the numbers of a model become, and the named combinations. */
import { INT8, INT16, type IntegerRange } from "../../arithmetic/integer-ranges.js";
import { refuse } from "../../problems/problem.js";

export type WeightFormat = "int8" | "int4" | "ternary" | "int16";
export type ActivationFormat = "int8" | "int16";

/** Formats of a layer. */
export interface Scheme {
  readonly weights: WeightFormat;
  readonly activations: ActivationFormat;
}

export const SCHEMES = {
  int8: { weights: "int8", activations: "int8" },
  int4: { weights: "int4", activations: "int8" },
  ternary: { weights: "ternary", activations: "int8" },
  "16x8": { weights: "int8", activations: "int16" },
  "16x16": { weights: "int16", activations: "int16" },
} as const satisfies Readonly<Record<string, Scheme>>;

export type SchemeName = keyof typeof SCHEMES;

/** The greatest weight of each format; the least is its negative. */
export const WEIGHT_LIMITS: Readonly<Record<WeightFormat, number>> = {
  int8: 127,
  int4: 7,
  ternary: 1,
  int16: 32767,
};

export const ACTIVATION_RANGES: Readonly<Record<ActivationFormat, IntegerRange>> = {
  int8: INT8,
  int16: INT16,
};

/** The type of tensors that hold weights of a format: narrow ones are int8 with few values. */
export function weightType(format: WeightFormat): "int8" | "int16" {
  return format === "int16" ? "int16" : "int8";
}

/** @throws Refusal `scheme-not-supported` for int16 weights with int8 activations */
export function requireScheme({ weights, activations }: Scheme): void {
  if (weights === "int16" && activations === "int8") refuse("scheme-not-supported", { weights, activations });
}
