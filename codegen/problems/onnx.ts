import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

/** What can be wrong with an ONNX file, beside what can be wrong with every model. */
export interface OnnxProblems {
  "protobuf-malformed": { why: string };
  "onnx-graph-missing": Record<never, never>;
  "onnx-opset": { found: number | undefined; least: number; newest: number };
  "onnx-sparse": Record<never, never>;
  "onnx-dimension": { input: string; axis: number; parameter: string | undefined };
  "onnx-input-type": { input: string; type: string };
  "onnx-tensor-type": { tensor: string; type: string };
  "onnx-tensor-shape": { tensor: string; axis: number; size: number };
  "onnx-tensor-data": { tensor: string; expected: number; found: number };
  "onnx-value-unknown": { value: string };
  "onnx-value-twice": { value: string };
  // Data in other files.
  "onnx-external-path": { location: string };
  "onnx-external-missing": { tensor: string; location: string };
  "onnx-external-range": { tensor: string; location: string; end: number; size: number };
  // Operators.
  "onnx-operator": { operator: string; todo: string };
  "onnx-opset-operator": { operator: string; since: number; opset: number };
  "onnx-attribute": { attribute: string; value: string; supported: string };
  "onnx-attribute-unknown": { attribute: string };
  "onnx-input-computed": { role: string };
  "onnx-input-constant": Record<never, never>;
  "onnx-quantization": { why: string };
  // What is to be written.
  "onnx-export-operator": { operator: string };
  "onnx-export-type": { type: string };
}

const damaged = "the file is truncated or damaged: get it again";
const malformed = "the model is malformed; export it again";

export const onnxWords: WordsOf<OnnxProblems> = {
  "protobuf-malformed": ({ why }) => ({ what: `the file is no ONNX model: ${quote(why)}`, todo: damaged }),
  "onnx-graph-missing": () => ({ what: "the file holds no graph", todo: damaged }),
  "onnx-opset": ({ found, least, newest }) => ({
    what:
      found === undefined
        ? "the model does not say which version of ONNX's operators it means"
        : `the model uses version ${found} of ONNX's operators; ${least} to ${newest} are known`,
    todo: `export it with opset ${newest}, or convert it with onnx.version_converter`,
  }),
  "onnx-sparse": () => ({
    what: "the model stores constants sparsely",
    todo: "export the model without sparse initializers",
  }),
  "onnx-dimension": ({ input, axis, parameter }) => ({
    what: `dimension ${axis} of input ${quote(input)} is not known${parameter ? `: it is called ${quote(parameter)}` : ""}`,
    todo: `export the model with a fixed shape, or fix it: python -m onnxruntime.tools.make_dynamic_shape_fixed ${
      parameter
        ? `--dim_param ${quote(parameter)} --dim_value N`
        : `--input_name ${quote(input)} --input_shape ...`
    }`,
  }),
  "onnx-input-type": ({ input, type }) => ({
    what: `input ${quote(input)} is ${type}`,
    todo: "export the model with inputs of float32, int8 or uint8",
  }),
  "onnx-tensor-type": ({ tensor, type }) => ({
    what: `the type of ${quote(tensor)} is ${type}`,
    todo: "export the model in float32, or quantized to int8",
  }),
  "onnx-tensor-shape": ({ tensor, axis, size }) => ({
    what: `dimension ${axis} of ${quote(tensor)} is ${size}`,
    todo: malformed,
  }),
  "onnx-tensor-data": ({ tensor, expected, found }) => ({
    what: `the data of ${quote(tensor)} has ${found} bytes or values where its shape and type need ${expected}`,
    todo: malformed,
  }),
  "onnx-value-unknown": ({ value }) => ({
    what: `nothing before it makes ${quote(value)}`,
    todo: malformed,
  }),
  "onnx-value-twice": ({ value }) => ({ what: `${quote(value)} is made twice`, todo: malformed }),
  "onnx-external-path": ({ location }) => ({
    what: `weights are said to be in ${quote(location)}, which is not below the model's folder`,
    todo: "export the model again, with its data beside it or in it",
  }),
  "onnx-external-missing": ({ tensor, location }) => ({
    what: `the data of ${quote(tensor)} is in ${quote(location)}, which is not there`,
    todo: "put the file beside the model, under that name",
  }),
  "onnx-external-range": ({ tensor, location, end, size }) => ({
    what: `the data of ${quote(tensor)} reaches to byte ${end} of ${quote(location)}, which has ${size} bytes`,
    todo: damaged,
  }),
  "onnx-operator": ({ operator, todo }) => ({ what: `ONNX's ${operator} is not supported`, todo }),
  "onnx-opset-operator": ({ operator, since, opset }) => ({
    what: `ONNX has ${operator} since version ${since}, and the model says ${opset}`,
    todo: malformed,
  }),
  "onnx-attribute": ({ attribute, value, supported }) => ({
    what: `${attribute} is ${value}; supported: ${supported}`,
    todo: "change the layer and export the model again; docs/onnx.md says what is read",
  }),
  "onnx-attribute-unknown": ({ attribute }) => ({
    what: `it has an attribute ${quote(attribute)}, whose meaning is not known`,
    todo: "export the model without it; docs/onnx.md says what is read",
  }),
  "onnx-input-computed": ({ role }) => ({
    what: `${role} is computed from the model's inputs`,
    todo: "it must be constant: export the model with fixed shapes and trained weights",
  }),
  "onnx-export-operator": ({ operator }) => ({
    what: `${operator} is not written to ONNX`,
    todo: "write a .tflite file",
  }),
  "onnx-export-type": ({ type }) => ({
    what: `${type} is not written to ONNX`,
    todo: "write a .tflite file, or quantize the model to int8",
  }),
  "onnx-input-constant": () => ({
    what: "its input does not depend on the model's inputs",
    todo: "export the model with constants folded",
  }),
  "onnx-quantization": ({ why }) => ({
    what: why,
    todo: "quantize the model with onnxruntime.quantization.quantize_static: QDQ format, int8, symmetric weights",
  }),
};
