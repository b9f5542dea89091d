/** Flatbuffers written field by field, so that a test can put anything anywhere. */
import { Builder, type Offset } from "flatbuffers";

/** Writes what lies outside the table; what it returns adds the field at a slot. */
export type Field = (builder: Builder) => (slot: number) => void;

/** A table: its fields by slot. */
export type Fields = Record<number, Field>;

export const int8 =
  (value: number): Field =>
  (builder) =>
  (slot) =>
    builder.addFieldInt8(slot, value, null);

export const int32 =
  (value: number): Field =>
  (builder) =>
  (slot) =>
    builder.addFieldInt32(slot, value, null);

export const int64 =
  (value: bigint): Field =>
  (builder) =>
  (slot) =>
    builder.addFieldInt64(slot, value, null);

export const float32 =
  (value: number): Field =>
  (builder) =>
  (slot) =>
    builder.addFieldFloat32(slot, value, null);

export const text = (value: string | Uint8Array): Field => outside((builder) => builder.createString(value));

export const bytes = (value: Uint8Array): Field => outside((builder) => builder.createByteVector(value));

export const int32s = (values: readonly number[]): Field =>
  vector(4, values, (builder, value) => builder.addInt32(value));

export const float32s = (values: readonly number[]): Field =>
  vector(4, values, (builder, value) => builder.addFloat32(value));

export const int64s = (values: readonly number[]): Field =>
  vector(8, values, (builder, value) => builder.addInt64(BigInt(value)));

export const table = (fields: Fields): Field => outside((builder) => writeTable(builder, fields));

export const tables = (list: readonly Fields[]): Field =>
  outside((builder) =>
    writeVector(
      builder,
      4,
      list.map((fields) => writeTable(builder, fields)),
      (_, offset) => builder.addOffset(offset),
    ),
  );

/** A file with the given root table. */
export function flatFile(root: Fields, identifier: string): Uint8Array {
  const builder = new Builder();
  builder.finish(writeTable(builder, root), identifier);
  return builder.asUint8Array();
}

function outside(write: (builder: Builder) => Offset): Field {
  return (builder) => {
    const offset = write(builder);
    return (slot) => builder.addFieldOffset(slot, offset, 0);
  };
}

function vector<T>(size: number, values: readonly T[], add: (builder: Builder, value: T) => void): Field {
  return outside((builder) => writeVector(builder, size, values, add));
}

function writeVector<T>(
  builder: Builder,
  size: number,
  values: readonly T[],
  add: (builder: Builder, value: T) => void,
): Offset {
  builder.startVector(size, values.length, size);
  for (const value of values.toReversed()) add(builder, value);
  return builder.endVector();
}

function writeTable(builder: Builder, fields: Fields): Offset {
  const slots = Object.keys(fields).map(Number);
  const writers = slots.map((slot) => [slot, fields[slot](builder)] as const);
  builder.startObject(Math.max(0, ...slots) + 1);
  for (const [slot, write] of writers) write(slot);
  return builder.endObject();
}
