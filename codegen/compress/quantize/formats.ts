/** What the numbers of a model become, and the named combinations. */
import { FLOAT8, type FLOAT8_TYPES, greatest8 } from "../../arithmetic/float8.js";
import { INT8, INT16, type IntegerRange } from "../../arithmetic/integer-ranges.js";
import { refuse } from "../../problems/problem.js";

export type Float8Format = (typeof FLOAT8_TYPES)[number];
/** Those of 1, 2 and 4 bits. */
export type LowBitFormat = "binary" | "ternary" | "int4";
export type WeightFormat = "int8" | LowBitFormat | "int16" | Float8Format;
export type ActivationFormat = "int8" | "int16" | Float8Format;

/** Formats of a layer. */
export interface Scheme {
  readonly weights: WeightFormat;
  readonly activations: ActivationFormat;
}

export const SCHEMES = {
  int8: { weights: "int8", activations: "int8" },
  int4: { weights: "int4", activations: "int8" },
  ternary: { weights: "ternary", activations: "int8" },
  binary: { weights: "binary", activations: "int8" },
  "16x8": { weights: "int8", activations: "int16" },
  "16x16": { weights: "int16", activations: "int16" },
  e4m3: { weights: "float8e4m3", activations: "float8e4m3" },
  e5m2: { weights: "float8e5m2", activations: "float8e5m2" },
} as const satisfies Readonly<Record<string, Scheme>>;

export type SchemeName = keyof typeof SCHEMES;

const GREATEST_E4M3 = greatest8(FLOAT8.float8e4m3!);
const GREATEST_E5M2 = greatest8(FLOAT8.float8e5m2!);

/** The greatest weight of each format; the least is its negative. */
export const WEIGHT_LIMITS: Readonly<Record<WeightFormat, number>> = {
  int8: 127,
  int4: 7,
  ternary: 1,
  binary: 1,
  int16: 32767,
  float8e4m3: GREATEST_E4M3,
  float8e5m2: GREATEST_E5M2,
};

export const ACTIVATION_RANGES: Readonly<Record<ActivationFormat, IntegerRange>> = {
  int8: INT8,
  int16: INT16,
  float8e4m3: { min: -GREATEST_E4M3, max: GREATEST_E4M3 },
  float8e5m2: { min: -GREATEST_E5M2, max: GREATEST_E5M2 },
};

/** The weights that low-bit formats have, in multiples of a channel's scale. */
export const LOW_BIT_VALUES: Readonly<Record<LowBitFormat, readonly number[]>> = {
  binary: [-1, 1],
  ternary: [-1, 0, 1],
  int4: [-7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7],
};

/** Whether weights of a format have fewer than 8 bits. */
export function isLowBit(format: WeightFormat): format is LowBitFormat {
  return format in LOW_BIT_VALUES;
}

/** Whether a format is an 8-bit float. */
export function isFloat8(format: WeightFormat | ActivationFormat): format is Float8Format {
  return format in FLOAT8;
}

/** The type of tensors that hold weights of a format: narrow ones are int8 with few values. */
export function weightType(format: WeightFormat): "int8" | "int16" | Float8Format {
  return isLowBit(format) ? "int8" : format;
}

/** @throws Refusal `scheme-not-supported` for int16 weights with int8 activations, and 8-bit floats with what has no kernel beside them */
export function requireScheme({ weights, activations }: Scheme): void {
  const isSupported =
    isFloat8(weights) || isFloat8(activations)
      ? activations === weights || (activations === "int8" && isFloat8(weights))
      : weights !== "int16" || activations === "int16";
  if (!isSupported) refuse("scheme-not-supported", { weights, activations });
}
