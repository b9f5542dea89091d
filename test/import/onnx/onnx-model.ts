/** ONNX models, written by the table of fields that the importer reads them with. */
import { encodeNumbers } from "../../../codegen/import/onnx/constant.js";
import { encode } from "../../../codegen/import/onnx/protobuf.js";
import * as schema from "../../../codegen/import/onnx/schema.js";

export type Attributes = Readonly<Record<string, Omit<schema.AttributeDraft, "name">>>;
type DataType = (typeof schema.DATA_TYPES)[number];

/** What a test says of a model; the first opset and type where nothing is said. */
export interface ModelSpec {
  readonly opset: number;
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: readonly string[];
  readonly nodes: readonly schema.NodeDraft[];
  readonly initializers?: readonly schema.TensorDraft[];
  readonly inputType?: DataType;
  readonly outputType?: DataType;
}

const { f: FLOAT, i: INT, s: STRING, t: TENSOR, floats: FLOATS, ints: INTS } = schema.ATTRIBUTE_TYPES;

export const f = (value: number) => ({ f: value, type: FLOAT });
export const i = (value: number) => ({ i: value, type: INT });
export const s = (value: string) => ({ s: new TextEncoder().encode(value), type: STRING });
export const t = (value: schema.TensorDraft) => ({ t: value, type: TENSOR });
export const floats = (...values: number[]) => ({ floats: values, type: FLOATS });
export const ints = (...values: number[]) => ({ ints: values, type: INTS });

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[] | string,
  attributes: Attributes = {},
): schema.NodeDraft {
  return {
    opType,
    input,
    output: typeof output === "string" ? [output] : output,
    name: `${opType} of ${[output].flat()[0]}`,
    attribute: Object.entries(attributes).map(([name, value]) => ({ name, ...value })),
  };
}

export function tensor(
  name: string,
  dims: readonly number[],
  values: ArrayLike<number>,
  type: "float32" | "int8" | "uint8" | "int32" | "int64" | "bool" = "float32",
): schema.TensorDraft {
  return { name, dims, dataType: schema.DATA_TYPES.indexOf(type), rawData: encodeNumbers(values, type) };
}

/** A list of integers of 64 bits, as axes, shapes and the like are. */
export function longs(name: string, ...values: number[]): schema.TensorDraft {
  return tensor(name, [values.length], values, "int64");
}

export function draftOf(spec: ModelSpec): schema.ModelDraft {
  const elementType = (type: DataType = "float32") => schema.DATA_TYPES.indexOf(type);
  return {
    irVersion: 8,
    opsetImport: [{ domain: "", version: spec.opset }],
    graph: {
      name: "test",
      node: spec.nodes,
      initializer: spec.initializers ?? [],
      input: Object.entries(spec.inputs).map(([name, sizes]) => ({
        name,
        type: {
          tensorType: {
            elementType: elementType(spec.inputType),
            shape: {
              dim: sizes.map((size) => (typeof size === "number" ? { value: size } : { parameter: size })),
            },
          },
        },
      })),
      output: spec.outputs.map((name) => ({
        name,
        type: { tensorType: { elementType: elementType(spec.outputType) } },
      })),
    },
  };
}

export function onnxFile(spec: ModelSpec): Uint8Array {
  return encode(schema.Model, draftOf(spec));
}
