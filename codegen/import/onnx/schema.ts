/** The messages of onnx.proto that hold what a model computes (onnx/onnx.proto, IR version 10). */
import {
  bytes,
  type DraftOf,
  float,
  int32,
  int64,
  type MessageOf,
  many,
  message,
  one,
  string,
} from "./protobuf.js";

const entry = { key: one(1, string), value: one(2, string) };

const tensorFields = {
  dims: many(1, int64),
  dataType: one(2, int32),
  segment: one(3, bytes),
  floatData: many(4, float),
  int32Data: many(5, int32),
  int64Data: many(7, int64),
  name: one(8, string),
  rawData: one(9, bytes),
  externalData: many(13, message(entry)),
  dataLocation: one(14, int32),
};
export const Tensor = message(tensorFields);
export type Tensor = MessageOf<typeof tensorFields>;
export type TensorDraft = DraftOf<typeof tensorFields>;

/** `TensorProto.DataLocation`: the data is in another file. */
export const EXTERNAL = 1;

/** `TensorProto.DataType`. */
export const DATA_TYPES = [
  "undefined",
  "float32",
  "uint8",
  "int8",
  "uint16",
  "int16",
  "int32",
  "int64",
  "string",
  "bool",
  "float16",
  "float64",
  "uint32",
  "uint64",
  "complex64",
  "complex128",
  "bfloat16",
  "float8e4m3fn",
  "float8e4m3fnuz",
  "float8e5m2",
  "float8e5m2fnuz",
  "uint4",
  "int4",
] as const;

const attributeFields = {
  name: one(1, string),
  f: one(2, float),
  i: one(3, int64),
  s: one(4, bytes),
  t: one(5, Tensor),
  floats: many(7, float),
  ints: many(8, int64),
  strings: many(9, bytes),
  type: one(20, int32),
};
export const Attribute = message(attributeFields);
export type Attribute = MessageOf<typeof attributeFields>;
export type AttributeDraft = DraftOf<typeof attributeFields>;

/** `AttributeProto.AttributeType` of those that operators here have. */
export const ATTRIBUTE_TYPES = { f: 1, i: 2, s: 3, t: 4, floats: 6, ints: 7, strings: 8 } as const;

const nodeFields = {
  input: many(1, string),
  output: many(2, string),
  name: one(3, string),
  opType: one(4, string),
  attribute: many(5, Attribute),
  domain: one(7, string),
};
export type Node = MessageOf<typeof nodeFields>;
export type NodeDraft = DraftOf<typeof nodeFields>;

const dimension = { value: one(1, int64), parameter: one(2, string) };
const shape = { dim: many(1, message(dimension)) };
const tensorType = { elementType: one(1, int32), shape: one(2, message(shape)) };
const valueInfoFields = {
  name: one(1, string),
  type: one(2, message({ tensorType: one(1, message(tensorType)) })),
};
export type ValueInfo = MessageOf<typeof valueInfoFields>;
export type ValueInfoDraft = DraftOf<typeof valueInfoFields>;

const graphFields = {
  node: many(1, message(nodeFields)),
  name: one(2, string),
  initializer: many(5, Tensor),
  input: many(11, message(valueInfoFields)),
  output: many(12, message(valueInfoFields)),
  sparseInitializer: many(15, bytes),
};
export type Graph = MessageOf<typeof graphFields>;
export type GraphDraft = DraftOf<typeof graphFields>;

const modelFields = {
  irVersion: one(1, int64),
  producerName: one(2, string),
  graph: one(7, message(graphFields)),
  opsetImport: many(8, message({ domain: one(1, string), version: one(2, int64) })),
};
export const Model = message(modelFields);
export type Model = MessageOf<typeof modelFields>;
export type ModelDraft = DraftOf<typeof modelFields>;
