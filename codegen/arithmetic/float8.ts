/** The 8-bit floats of the OCP 8-bit Floating Point Specification (OFP8) 1.0, computed at compile time. */
import { encodeFloat8, greatestFloat8, valuesOf } from "../../runtime/float8.js";
import type { DType, Graph } from "../graph/graph.js";
import type { Op } from "../graph/op.js";

export interface Float8 {
  /** Names the format to kernels: see runtime/float8.ts. */
  readonly mantissaBits: 2 | 3;
  /** The smallest subnormal is 2^−unitBits. */
  readonly unitBits: 9 | 16;
}

/** By the types of tensors. */
export const FLOAT8: Partial<Record<DType, Float8>> = {
  float8e4m3: { mantissaBits: 3, unitBits: 9 },
  float8e5m2: { mantissaBits: 2, unitBits: 16 },
};

export const FLOAT8_TYPES = ["float8e4m3", "float8e5m2"] as const satisfies readonly DType[];

/** Whether an operator has an 8-bit float among its inputs and outputs. */
export function touchesFloat8({ tensors }: Graph, { inputs, outputs }: Op): boolean {
  return [...inputs, ...outputs].some((id) => id !== null && tensors[id].dtype in FLOAT8);
}

/** Whether a code stands for a finite number: E4M3 has a NaN of either sign, E5M2 infinities and NaN above its greatest value. */
export function isFinite8(code: number, { mantissaBits }: Float8): boolean {
  return Math.abs(valuesOf(mantissaBits)[code]) <= greatestFloat8(mantissaBits);
}

/** The value of a finite code. */
export function decode8(code: number, { mantissaBits, unitBits }: Float8): number {
  return valuesOf(mantissaBits)[code] / 2 ** unitBits;
}

/** The code, 0 to 255, nearest to a value: ties to even, saturating, without a negative zero. */
export function encode8(value: number, { mantissaBits, unitBits }: Float8): number {
  return encodeFloat8(value * 2 ** unitBits, mantissaBits) & 255;
}

/** The greatest finite value. */
export function greatest8({ mantissaBits, unitBits }: Float8): number {
  return greatestFloat8(mantissaBits) / 2 ** unitBits;
}
