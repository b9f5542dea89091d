/** Valid .tflite files as data that a test spoils in one place before it builds them. */
import { BUILTIN_OPERATORS } from "../../codegen/import/tflite/builtin-operators.js";
import * as schema from "../../codegen/import/tflite/schema.js";
import {
  bytes,
  type Fields,
  flatFile,
  float32s,
  int8,
  int32,
  int32s,
  int64s,
  table,
  tables,
  text,
} from "./flat.js";

export interface RawSubgraph {
  readonly tensors: Fields[];
  readonly operators: Fields[];
  inputs: number[];
  outputs: number[];
}

export interface RawModel {
  identifier: string;
  readonly root: Fields;
  readonly codes: Fields[];
  readonly buffers: Fields[];
  readonly subgraphs: RawSubgraph[];
}

export function build({ identifier, root, codes, buffers, subgraphs }: RawModel): Uint8Array {
  const subgraph = ({ tensors, operators, inputs, outputs }: RawSubgraph): Fields => ({
    [schema.SubGraph.tensors]: tables(tensors),
    [schema.SubGraph.inputs]: int32s(inputs),
    [schema.SubGraph.outputs]: int32s(outputs),
    [schema.SubGraph.operators]: tables(operators),
  });
  return flatFile(
    {
      ...root,
      [schema.Model.operatorCodes]: tables(codes),
      [schema.Model.subgraphs]: tables(subgraphs.map(subgraph)),
      [schema.Model.buffers]: tables(buffers),
    },
    identifier,
  );
}

export function code(kind: string, version = 1): Fields {
  const builtin = BUILTIN_OPERATORS.indexOf(kind);
  return {
    [schema.OperatorCode.deprecatedBuiltinCode]: int8(Math.min(builtin, 127)),
    [schema.OperatorCode.builtinCode]: int32(builtin),
    [schema.OperatorCode.version]: int32(version),
  };
}

export function type(name: (typeof schema.TENSOR_TYPES)[number]) {
  return int8(schema.TENSOR_TYPES.indexOf(name));
}

export function quantization(scales: number[], zeroPoints: number[], axis = 0) {
  return table({
    [schema.QuantizationParameters.scale]: float32s(scales),
    [schema.QuantizationParameters.zeroPoint]: int64s(zeroPoints),
    [schema.QuantizationParameters.quantizedDimension]: int32(axis),
  });
}

export function tensor(name: string, shape: number[], buffer = 0): Fields {
  return {
    [schema.Tensor.name]: text(name),
    [schema.Tensor.shape]: int32s(shape),
    [schema.Tensor.type]: type("int8"),
    [schema.Tensor.buffer]: int32(buffer),
    [schema.Tensor.quantization]: quantization([0.5], [0]),
  };
}

export function operator(
  opcode: number,
  inputs: number[],
  outputs: number[],
  options?: [number, Fields],
): Fields {
  return {
    [schema.Operator.opcodeIndex]: int32(opcode),
    [schema.Operator.inputs]: int32s(inputs),
    [schema.Operator.outputs]: int32s(outputs),
    ...(options && {
      [schema.Operator.builtinOptionsType]: int8(options[0]),
      [schema.Operator.builtinOptions]: table(options[1]),
    }),
  };
}

export function convOptions(changes: Fields = {}): [number, Fields] {
  const { Conv2DOptions } = schema;
  const fields = {
    [Conv2DOptions.padding]: int8(1),
    [Conv2DOptions.strideW]: int32(2),
    [Conv2DOptions.strideH]: int32(2),
  };
  return [Conv2DOptions.type, { ...fields, ...changes }];
}

const data = (...values: number[]): Fields => ({ [schema.Buffer.data]: bytes(Uint8Array.from(values)) });

/** image (0) → CONV_2D with weights (1) and bias (2) → scores (3). */
export function convModel(): RawModel {
  return {
    identifier: schema.FILE_IDENTIFIER,
    root: { [schema.Model.version]: int32(schema.SCHEMA_VERSION) },
    codes: [code("CONV_2D", 3)],
    buffers: [{}, data(1, 2, 3, 4, 251, 252, 253, 254), data(1, 0, 0, 0, 2, 0, 0, 0)],
    subgraphs: [
      {
        tensors: [
          tensor("image", [1, 4, 4, 1]),
          {
            ...tensor("weights", [2, 2, 2, 1], 1),
            [schema.Tensor.quantization]: quantization([0.5, 0.25], [0, 0]),
          },
          {
            ...tensor("bias", [2], 2),
            [schema.Tensor.type]: type("int32"),
            [schema.Tensor.quantization]: quantization([0.25, 0.125], [0, 0]),
          },
          tensor("scores", [1, 2, 2, 2]),
        ],
        operators: [operator(0, [0, 1, 2], [3], convOptions())],
        inputs: [0],
        outputs: [3],
      },
    ],
  };
}

export const CALL_ONCE = 0;
export const VAR_HANDLE = 1;
export const READ_VARIABLE = 2;
export const ASSIGN_VARIABLE = 3;
export const ADD = 4;

export function varHandle(output: number, sharedName: string): Fields {
  const { VarHandleOptions } = schema;
  return operator(
    VAR_HANDLE,
    [],
    [output],
    [VarHandleOptions.type, { [VarHandleOptions.sharedName]: text(sharedName) }],
  );
}

export function callOnce(subgraph: number): Fields {
  const { CallOnceOptions } = schema;
  return operator(
    CALL_ONCE,
    [],
    [],
    [CallOnceOptions.type, { [CallOnceOptions.initSubgraphIndex]: int32(subgraph) }],
  );
}

const handle = (name: string): Fields => ({
  [schema.Tensor.name]: text(name),
  [schema.Tensor.type]: type("resource"),
});

/** sum (3) = step (0) + variable (2), which becomes the variable; a second subgraph makes it 7, 8 at first. */
export function statefulModel(): RawModel {
  return {
    identifier: schema.FILE_IDENTIFIER,
    root: { [schema.Model.version]: int32(schema.SCHEMA_VERSION) },
    codes: ["CALL_ONCE", "VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "ADD"].map((kind) => code(kind)),
    buffers: [{}, data(7, 8)],
    subgraphs: [
      {
        tensors: [
          tensor("step", [1, 2]),
          handle("handle"),
          tensor("before", [1, 2]),
          { ...tensor("sum", [1, 2]), [schema.Tensor.quantization]: quantization([0.5], [-3]) },
        ],
        operators: [
          callOnce(1),
          varHandle(1, "state"),
          operator(READ_VARIABLE, [1], [2]),
          operator(ADD, [0, 2], [3], [schema.AddOptions.type, {}]),
          operator(ASSIGN_VARIABLE, [1, 3], []),
        ],
        inputs: [0],
        outputs: [3],
      },
      {
        tensors: [handle("handle"), tensor("first", [1, 2], 1)],
        operators: [varHandle(0, "state"), operator(ASSIGN_VARIABLE, [0, 1], [])],
        inputs: [],
        outputs: [],
      },
    ],
  };
}
