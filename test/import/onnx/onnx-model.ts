/** ONNX models, written by the table of fields that the importer reads them with. */
import {
  type Attributes,
  integers,
  nodeDraft,
  type TensorType,
  tensorDraft,
} from "../../../codegen/export/onnx/drafts.js";
import { encode } from "../../../codegen/import/onnx/protobuf.js";
import * as schema from "../../../codegen/import/onnx/schema.js";

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

export type { Attributes } from "../../../codegen/export/onnx/drafts.js";
export { float as f, integer as i, text as s } from "../../../codegen/export/onnx/drafts.js";

export const t = (value: schema.TensorDraft) => ({ t: value, type: TENSOR });
export const floats = (...values: number[]) => ({ floats: values, type: FLOATS });
export const ints = (...values: number[]) => integers(values);

const { t: TENSOR, floats: FLOATS } = schema.ATTRIBUTE_TYPES;

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[] | string,
  attributes: Attributes = {},
): schema.NodeDraft {
  return nodeDraft(opType, input, [output].flat(), attributes);
}

export function tensor(
  name: string,
  dims: readonly number[],
  values: ArrayLike<number>,
  type: TensorType = "float32",
): schema.TensorDraft {
  return tensorDraft(name, dims, values, type);
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
