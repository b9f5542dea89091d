/**
 * Protocol Buffers by tables of fields: one table reads a message and writes it. What a file can cause is bounded:
 * messages and list entries are counted as they are read, tables nest as deep as they are written here, and fields that a
 * table does not have are skipped. Format: protobuf.dev, "Encoding".
 */
import { BinaryReader, BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { Refusal, refuse } from "../../problems/problem.js";

const MAX_MESSAGES = 100_000;
const MAX_ENTRIES = 2 ** 24;

/** How much of the work allowed has been done. */
class Work {
  private messages = 0;
  private entries = 0;

  countMessage(): void {
    if (++this.messages > MAX_MESSAGES) refuse("too-many-tables", { limit: MAX_MESSAGES });
  }

  countEntry(): void {
    if (++this.entries > MAX_ENTRIES) refuse("too-much-data", { limit: MAX_ENTRIES });
  }
}

/** How values are read as `T` and written from `D`, a draft, in which fields may be missing. */
export interface Type<T, D = T> {
  readonly wire: WireType;
  read(reader: BinaryReader, work: Work): T;
  write(writer: BinaryWriter, value: D): void;
}

/** A field of a message: its number, and how its value, one or a list of them, is encoded. */
export interface Field<T, D = T> {
  readonly number: number;
  read(reader: BinaryReader, wire: WireType, before: T, work: Work): T;
  write(writer: BinaryWriter, value: D): void;
  readonly absent: T;
}

// biome-ignore lint/suspicious/noExplicitAny: a table holds fields of any type
type Fields = Readonly<Record<string, Field<any, any>>>;

/** A message as it was read: every field is there. */
export type MessageOf<F extends Fields> = {
  readonly [K in keyof F]: F[K] extends Field<infer T, infer _> ? T : never;
};

/** A message to write. */
export type DraftOf<F extends Fields> = {
  readonly [K in keyof F]?: F[K] extends Field<infer _, infer D> ? Exclude<D, undefined> : never;
};

/** An integer of 64 bits as a number: inexact beyond 2^53, where every use is out of range anyway. */
export const int64: Type<number> = {
  wire: WireType.Varint,
  read: (reader) => Number(reader.int64()),
  write: (writer, value) => void writer.int64(BigInt(value)),
};

export const int32: Type<number> = {
  wire: WireType.Varint,
  read: (reader) => reader.int32(),
  write: (writer, value) => void writer.int32(value),
};

export const float: Type<number> = {
  wire: WireType.Bit32,
  read: (reader) => reader.float(),
  write: (writer, value) => void writer.float(value),
};

export const string: Type<string> = {
  wire: WireType.LengthDelimited,
  read: (reader) => reader.string(true),
  write: (writer, value) => void writer.string(value),
};

/** Bytes of the file, not a copy of them. */
export const bytes: Type<Uint8Array> = {
  wire: WireType.LengthDelimited,
  read: (reader) => reader.bytes(),
  write: (writer, value) => void writer.bytes(value),
};

/** A field with one value; where a file has several, the last one counts. */
export function one<T, D>(number: number, type: Type<T, D>): Field<T | undefined, D | undefined> {
  return {
    number,
    absent: undefined,
    read(reader, wire, _, work) {
      requireWire(wire, type.wire);
      return type.read(reader, work);
    },
    write(writer, value) {
      if (value === undefined) return;
      writer.tag(number, type.wire);
      type.write(writer, value);
    },
  };
}

/** A field with any number of values. Numbers are written packed, and read packed or one by one. */
export function many<T, D>(number: number, type: Type<T, D>): Field<readonly T[], readonly D[]> {
  const packed = type.wire !== WireType.LengthDelimited;
  return {
    number,
    absent: [],
    read(reader, wire, before, work) {
      // The list is only ours while the message is being read.
      const values = (before.length === 0 ? [] : before) as T[];
      const take = (from: BinaryReader) => {
        work.countEntry();
        values.push(type.read(from, work));
      };
      if (packed && wire === WireType.LengthDelimited) {
        const list = new BinaryReader(reader.bytes());
        while (list.pos < list.len) take(list);
      } else {
        requireWire(wire, type.wire);
        take(reader);
      }
      return values;
    },
    write(writer, values) {
      if (values.length === 0) return;
      if (packed) {
        writer.tag(number, WireType.LengthDelimited).fork();
        for (const value of values) type.write(writer, value);
        writer.join();
      } else {
        for (const value of values) {
          writer.tag(number, type.wire);
          type.write(writer, value);
        }
      }
    },
  };
}

/** A message: inside another it has its length before it, a file is one without. */
export interface MessageType<T, D> extends Type<T, D> {
  readFields(bytes: Uint8Array, work: Work): T;
  writeFields(writer: BinaryWriter, value: D): void;
}

export function message<F extends Fields>(fields: F): MessageType<MessageOf<F>, DraftOf<F>> {
  const byNumber = new Map(Object.entries(fields).map(([name, field]) => [field.number, { name, field }]));

  function readFields(bytes: Uint8Array, work: Work): MessageOf<F> {
    work.countMessage();
    const reader = new BinaryReader(bytes);
    const values: Record<string, unknown> = {};
    for (const name in fields) values[name] = fields[name].absent;
    while (reader.pos < reader.len) {
      const [number, wire] = reader.tag();
      const known = byNumber.get(number);
      if (known) values[known.name] = known.field.read(reader, wire, values[known.name], work);
      else reader.skip(wire, number);
      if (reader.pos > reader.len)
        refuse("protobuf-malformed", { why: "a field reaches beyond its message" });
    }
    return values as MessageOf<F>;
  }

  function writeFields(writer: BinaryWriter, value: DraftOf<F>): void {
    for (const name in fields) {
      const content = value[name];
      if (content !== undefined) fields[name].write(writer, content);
    }
  }

  return {
    wire: WireType.LengthDelimited,
    readFields,
    writeFields,
    read: (reader, work) => readFields(reader.bytes(), work),
    write(writer, value) {
      writer.fork();
      writeFields(writer, value);
      writer.join();
    },
  };
}

/**
 * The message that a whole file is.
 *
 * @throws Refusal `protobuf-malformed`, `too-many-tables`, `too-much-data`
 */
export function decode<T, D>(type: MessageType<T, D>, file: Uint8Array): T {
  // Node's Buffer is a Uint8Array whose slice() shares memory; what is cut out here must copy then.
  const bytes = new Uint8Array(file.buffer, file.byteOffset, file.length);
  try {
    return type.readFields(bytes, new Work());
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return refuse("protobuf-malformed", { why: error instanceof Error ? error.message : `${error}` });
  }
}

/** The file that holds one message. */
export function encode<T, D>(type: MessageType<T, D>, value: D): Uint8Array {
  const writer = new BinaryWriter();
  type.writeFields(writer, value);
  return writer.finish();
}

function requireWire(found: WireType, expected: WireType): void {
  if (found !== expected)
    refuse("protobuf-malformed", { why: `wire type ${found} where ${expected} belongs` });
}
