import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

/** What can be wrong with a model file, before it is a graph. */
export interface ImportProblems {
  // The file as bytes.
  "file-identifier": { found: string; expected: string };
  "file-version": { found: number; expected: number };
  "file-truncated": { part: string; end: number; size: number };
  "offset-range": { part: string; target: number; size: number };
  "offset-cyclic": { part: string; at: number };
  "offset-alignment": { part: string; at: number; alignment: number };
  vtable: { at: number };
  "too-deep": { limit: number };
  "too-many-tables": { limit: number };
  "too-much-data": { limit: number };
  "string-encoding": { at: number };
  // Its model.
  "subgraph-missing": Record<never, never>;
  "subgraph-unreachable": { subgraph: number };
  "subgraph-index": { index: number; count: number };
  "operator-code-index": { operator: number; index: number; count: number };
  "buffer-index": { index: number; count: number };
  "name-unsafe": { name: string };
  "name-too-long": { length: number; limit: number };
  // Tensors.
  "tensor-type": { type: string };
  "tensor-sparse": Record<never, never>;
  "tensor-external": Record<never, never>;
  "variable-tensor-data": Record<never, never>;
  "quantization-details": Record<never, never>;
  // Operators.
  "operator-custom": { name: string };
  "operator-unknown": { code: number };
  "operator-not-supported": { operator: string };
  "operator-version": { version: number; known: number };
  "options-type": { found: number; expected: number };
  "attribute-not-positive": { attribute: string; value: number };
  "attribute-unknown": { attribute: string; value: string };
  // Streaming state.
  "variable-handle": Record<never, never>;
  "variable-differs": { variable: string; first: string; second: string };
  "variable-unassigned": { variable: string };
  "init-operator": { subgraph: number };
  "init-value": { variable: string };
  "init-late": { variable: string };
}

const damaged = "the file is truncated or damaged: get it again";
const malformed = "the model is malformed; export it again";
const notATypicalModel = "no model for a microcontroller looks like this; export it again";
const supported = "see `xsnn ops` for what is supported";

export const importWords: WordsOf<ImportProblems> = {
  "file-identifier": ({ found, expected }) => ({
    what: `the file has ${quote(found)} where ${quote(expected)} marks a TensorFlow Lite model`,
    todo: "give a .tflite file",
  }),
  "file-version": ({ found, expected }) => ({
    what: `the file follows schema version ${found}, and we know ${expected}`,
    todo: "convert the model with TensorFlow Lite 2",
  }),
  "file-truncated": ({ part, end, size }) => ({
    what: `${part} reaches to byte ${end} of a file of ${size} bytes`,
    todo: damaged,
  }),
  "offset-range": ({ part, target, size }) => ({
    what: `${part} is said to be at byte ${target} of a file of ${size} bytes`,
    todo: damaged,
  }),
  "offset-cyclic": ({ part, at }) => ({
    what: `the offset of ${part} at byte ${at} leads back to itself or to what encloses it`,
    todo: damaged,
  }),
  "offset-alignment": ({ part, at, alignment }) => ({
    what: `${part} is at byte ${at}, which is no multiple of ${alignment}`,
    todo: damaged,
  }),
  vtable: ({ at }) => ({ what: `the table at byte ${at} has a malformed list of fields`, todo: damaged }),
  "too-deep": ({ limit }) => ({ what: `tables are nested more than ${limit} deep`, todo: notATypicalModel }),
  "too-many-tables": ({ limit }) => ({
    what: `the file has more than ${limit} tables`,
    todo: notATypicalModel,
  }),
  "too-much-data": ({ limit }) => ({
    what: `the file's lists share bytes until they add up to more than ${limit}`,
    todo: notATypicalModel,
  }),
  "string-encoding": ({ at }) => ({ what: `the text at byte ${at} is not UTF-8`, todo: damaged }),
  "subgraph-missing": () => ({ what: "the file holds no subgraph", todo: malformed }),
  "subgraph-unreachable": ({ subgraph }) => ({
    what: `subgraph ${subgraph} is neither the main one nor run by CALL_ONCE`,
    todo: "export the model with one signature and without control flow",
  }),
  "subgraph-index": ({ index, count }) => ({
    what: `it runs subgraph ${index}; 1 to ${count - 1} can be run`,
    todo: malformed,
  }),
  "operator-code-index": ({ operator, index, count }) => ({
    what: `operator ${operator} names operator code ${index}, and there are ${count}`,
    todo: malformed,
  }),
  "buffer-index": ({ index, count }) => ({
    what: `it names buffer ${index}, and there are ${count}`,
    todo: malformed,
  }),
  "name-unsafe": ({ name }) => ({
    what: `the name ${quote(name)} holds control or direction characters`,
    todo: "rename it: names go into the generated source",
  }),
  "name-too-long": ({ length, limit }) => ({
    what: `a name has ${length} characters; ${limit} are the limit`,
    todo: "rename it: names go into the generated source",
  }),
  "tensor-type": ({ type }) => ({
    what: `its type is ${type}`,
    todo: "quantize the model to int8 (weights and activations)",
  }),
  "tensor-sparse": () => ({ what: "it is stored sparsely", todo: "export the model without sparse tensors" }),
  "tensor-external": () => ({
    what: "its data is in another file",
    todo: "export the model as a single file",
  }),
  "variable-tensor-data": () => ({
    what: "it is a variable tensor and has constant data",
    todo: "the model is malformed; export it again",
  }),
  "quantization-details": () => ({
    what: "it has a custom or blockwise quantization",
    todo: "quantize the model with scales and zero points, one a tensor or one a channel",
  }),
  "operator-custom": ({ name }) => ({
    what: `the model brings a custom operator, ${quote(name)}`,
    todo: `build the model from TensorFlow Lite's own operators: ${supported}`,
  }),
  "operator-unknown": ({ code }) => ({
    what: `operator code ${code} is none that TensorFlow Lite knows`,
    todo: supported,
  }),
  "operator-not-supported": ({ operator }) => ({ what: `${operator} is not supported`, todo: supported }),
  "operator-version": ({ version, known }) => ({
    what: `the model wants version ${version} of it; versions 1 to ${known} are known`,
    todo: "convert the model with an older TensorFlow Lite, or use a newer xsnn",
  }),
  "options-type": ({ found, expected }) => ({
    what: `its options are a table of type ${found}, not ${expected}`,
    todo: malformed,
  }),
  "attribute-not-positive": ({ attribute, value }) => ({
    what: `${attribute} is ${value}, and must be at least 1`,
    todo: malformed,
  }),
  "attribute-unknown": ({ attribute, value }) => ({
    what: `${attribute} is ${value}, which is not supported`,
    todo: supported,
  }),
  "variable-handle": () => ({
    what: "its first input is no handle that VAR_HANDLE made",
    todo: malformed,
  }),
  "variable-differs": ({ variable, first, second }) => ({
    what: `variable ${quote(variable)} is ${first} in one place and ${second} here`,
    todo: malformed,
  }),
  "variable-unassigned": ({ variable }) => ({
    what: `variable ${quote(variable)} is never assigned, so it has no memory`,
    todo: malformed,
  }),
  "init-operator": ({ subgraph }) => ({
    what: `subgraph ${subgraph}, run by CALL_ONCE, holds it; only VAR_HANDLE and ASSIGN_VARIABLE are supported there`,
    todo: "initialize variables with constants",
  }),
  "init-value": ({ variable }) => ({
    what: `variable ${quote(variable)} is not initialized with a constant`,
    todo: "initialize variables with constants",
  }),
  "init-late": ({ variable }) => ({
    what: `it initializes variable ${quote(variable)} after the model has used it`,
    todo: malformed,
  }),
};
