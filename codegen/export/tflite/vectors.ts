/** Vectors that the Builder has no method for. It fills a file from its end, so elements go in last to first. */
import type { Builder, Offset } from "flatbuffers";

/** TensorFlow Lite wants constants aligned so. */
const DATA_ALIGNMENT = 16;

export function offsetVector(builder: Builder, offsets: readonly Offset[]): Offset {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}

export function float32Vector(builder: Builder, values: readonly number[]): Offset {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addFloat32(value);
  return builder.endVector();
}

export function int64Vector(builder: Builder, values: readonly number[]): Offset {
  builder.startVector(8, values.length, 8);
  for (const value of values.toReversed()) builder.addInt64(BigInt(value));
  return builder.endVector();
}

/** The content of a constant. */
export function dataVector(builder: Builder, data: Uint8Array): Offset {
  builder.startVector(1, data.length, DATA_ALIGNMENT);
  for (let i = data.length - 1; i >= 0; i--) builder.addInt8(data[i]);
  return builder.endVector();
}
