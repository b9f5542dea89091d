/** Parts of ONNX files to be written. */
import { encodeNumbers } from "../../import/onnx/constant.js";
import * as schema from "../../import/onnx/schema.js";

export type Attribute = Omit<schema.AttributeDraft, "name">;
export type Attributes = Readonly<Record<string, Attribute>>;

/** The types of tensors that are written. */
export const TENSOR_TYPES = ["float32", "int8", "uint8", "int16", "int32", "int64"] as const;
export type TensorType = (typeof TENSOR_TYPES)[number];

const TYPES = schema.ATTRIBUTE_TYPES;

export const float = (value: number): Attribute => ({ f: value, type: TYPES.f });
export const integer = (value: number): Attribute => ({ i: value, type: TYPES.i });
export const integers = (values: readonly number[]): Attribute => ({ ints: values, type: TYPES.ints });
export const text = (value: string): Attribute => ({ s: new TextEncoder().encode(value), type: TYPES.s });

export function nodeDraft(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: Attributes = {},
): schema.NodeDraft {
  const attribute = Object.entries(attributes).map(([name, value]) => ({ name, ...value }));
  return { opType, input, output, name: `${opType} of ${output[0]}`, attribute };
}

export function tensorDraft(
  name: string,
  dims: readonly number[],
  values: ArrayLike<number>,
  type: TensorType,
): schema.TensorDraft {
  return { name, dims, dataType: schema.DATA_TYPES.indexOf(type), rawData: encodeNumbers(values, type) };
}

/** An input or output of a graph. */
export function valueInfo(name: string, shape: readonly number[], type: TensorType): schema.ValueInfoDraft {
  const dim = shape.map((value) => ({ value }));
  return { name, type: { tensorType: { elementType: schema.DATA_TYPES.indexOf(type), shape: { dim } } } };
}
