/** Fields of option tables: how an operator's attribute is read from a file, and written to one. */
import type { Builder } from "flatbuffers";
import { ACTIVATIONS, type Activation } from "../../arithmetic/activation.js";
import { type Place, refuse } from "../../problems/problem.js";
import { ACTIVATION_FUNCTIONS, PADDINGS, TENSOR_TYPES } from "./schema.js";
import type { VerifiedTable } from "./verified-table.js";

/** One attribute of an operator. */
export interface Field<T> {
  /** `options` is undefined where the file has no options table: the schema's default holds. */
  read(options: VerifiedTable | undefined, attribute: string, place: Place): T;
  /** Writes what lies outside the options table; what it returns writes the field itself. */
  write(builder: Builder, value: T): () => void;
}

/** A field for each attribute, of which it reads undefined where the operator is to have none. */
export type Fields<Attributes> = { readonly [K in keyof Attributes]: Field<Attributes[K]> };

/** Any int32. */
export function integer(slot: number): Field<number> {
  return {
    read: (options) => options?.int32(slot) ?? 0,
    write: (builder, value) => () => builder.addFieldInt32(slot, value, 0),
  };
}

/** An int32 of at least 1: strides, dilations, filter sizes. The schema's default may be a value that is refused. */
export function positive(slot: number, absent = 0): Field<number> {
  return {
    read(options, attribute, place) {
      const value = options?.int32(slot, absent) ?? absent;
      if (value < 1) refuse("attribute-not-positive", { attribute, value }, place);
      return value;
    },
    write: (builder, value) => () => builder.addFieldInt32(slot, value, absent),
  };
}

export function boolean(slot: number): Field<boolean> {
  return {
    read: (options) => options?.bool(slot) ?? false,
    write: (builder, value) => () => builder.addFieldInt8(slot, value ? 1 : 0, 0),
  };
}

export function float(slot: number): Field<number> {
  return {
    read(options, attribute, place) {
      const value = options?.float32(slot) ?? 0;
      if (!Number.isFinite(value)) refuse("attribute-unknown", { attribute, value: `${value}` }, place);
      return value;
    },
    write: (builder, value) => () => builder.addFieldFloat32(slot, value, 0),
  };
}

/** A list of int32; `absent` stands for no list, which is not the same as an empty one. */
export function integers<T extends readonly number[] | null>(
  slot: number,
  absent: T,
): Field<readonly number[] | T> {
  return {
    read: (options) => options?.int32s(slot) ?? absent,
    write(builder, values) {
      if (values === null) return () => {};
      const vector = int32Vector(builder, values);
      return () => builder.addFieldOffset(slot, vector, 0);
    },
  };
}

export function padding(slot: number): Field<(typeof PADDINGS)[number]> {
  return enumeration(slot, PADDINGS, PADDINGS, "SAME");
}

export function activation(slot: number): Field<Activation> {
  return enumeration(slot, ACTIVATION_FUNCTIONS, ACTIVATIONS, "NONE");
}

/** An LSTM's activation of its cell gate. */
export function cellActivation(slot: number): Field<"NONE" | "TANH"> {
  return enumeration(slot, ACTIVATION_FUNCTIONS, ["NONE", "TANH"], "NONE");
}

/** SHAPE's output type. TFLM ignores it; without an options table it is int32, TFLite's kernel's own default. */
export function indexType(slot: number): Field<"int32" | "int64"> {
  return enumeration(slot, TENSOR_TYPES, ["int32", "int64"], "int32");
}

/** The type of sums of an operator without bias: only int32 is told from the others, whatever they are. */
export function sumType(slot: number): Field<"int32" | undefined> {
  const int32 = TENSOR_TYPES.indexOf("int32");
  return {
    read: (options) => (options?.int8(slot) === int32 ? "int32" : undefined),
    write: (builder, value) => () => builder.addFieldInt8(slot, value === undefined ? 0 : int32, 0),
  };
}

/** An int8 code: `names` in the order of their codes, `known` those that are taken. */
function enumeration<T extends string>(
  slot: number,
  names: readonly string[],
  known: readonly T[],
  withoutOptions: T,
): Field<T> {
  return {
    read(options, attribute, place) {
      if (options === undefined) return withoutOptions;
      const code = options.int8(slot);
      const value = known.find((name) => name === names[code]);
      return value ?? refuse("attribute-unknown", { attribute, value: names[code] ?? `${code}` }, place);
    },
    write: (builder, value) => () => builder.addFieldInt8(slot, names.indexOf(value), 0),
  };
}

/** A vector of int32 in a file that is being written. */
export function int32Vector(builder: Builder, values: readonly number[]): number {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addInt32(value);
  return builder.endVector();
}
