import { encodeFloat8, valuesOf } from "./float8.js";
import { lesser } from "./integer.js";
import type { Layer, Memory } from "./layer.js";

/** Constants of QUANTIZE from float32 to an 8-bit float, and of DEQUANTIZE back. */
export interface Float8ConversionLayer extends Layer {
  /** In the arena, in elements. */
  readonly input: number;
  readonly output: number;
  /** How many there are, and how many of them one tile computes. */
  readonly elements: number;
  readonly elementsPerTile: number;
  /** 3 for E4M3, 2 for E5M2. */
  readonly mantissaBits: number;
  /** What the smallest subnormal stands for. */
  readonly unit: number;
}

/** QUANTIZE from float32: the quotient in double, rounded once to the format. What is out of range saturates; NaN gives 0. */
export function quantizeFloat8(memory: Memory, layer: Float8ConversionLayer, tile: number): void {
  const { input, output, elements, elementsPerTile, mantissaBits, unit } = layer;
  const { float32, int8 } = memory;
  const first = tile * elementsPerTile;
  const end = lesser(first + elementsPerTile, elements);
  for (let i = first; i < end; i++) int8[output + i] = encodeFloat8(float32[input + i] / unit, mantissaBits);
}

/** DEQUANTIZE to float32: the product, rounded once. */
export function dequantizeFloat8(memory: Memory, layer: Float8ConversionLayer, tile: number): void {
  const { input, output, elements, elementsPerTile, mantissaBits, unit } = layer;
  const { float32, uint8 } = memory;
  const values = valuesOf(mantissaBits);
  const first = tile * elementsPerTile;
  const end = lesser(first + elementsPerTile, elements);
  for (let i = first; i < end; i++) float32[output + i] = values[uint8[input + i]] * unit;
}
