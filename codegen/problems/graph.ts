import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

/** What makes a graph invalid whatever its operators mean. */
export interface GraphProblems {
  "tensor-index": { index: number; count: number; role: string };
  "tensor-never-produced": { role: string };
  "tensor-produced-twice": { first: string };
  "input-is-output": Record<never, never>;
  "constant-is-output": Record<never, never>;
  "graph-cycle": { ops: readonly string[] };
  "constant-edge": { role: string };
  "op-order": { after: string };
  "input-is-constant": Record<never, never>;
  "input-listed-twice": Record<never, never>;
  "too-many-connections": { connections: number; limit: number };
  "no-inputs": Record<never, never>;
  "no-outputs": Record<never, never>;
  dimension: { axis: number; size: number };
  "too-many-dimensions": { rank: number };
  "too-large": { shape: readonly number[] };
  "all-too-large": { bytes: number };
  "data-length": { expected: number; found: number };
  scale: { scale: number; index: number };
  "zero-point": { zeroPoint: number; dtype: string };
  axis: { axis: number; rank: number };
  "scale-count": { found: number; expected: number };
  "float8-not-finite": { index: number; code: number };
  "variable-index": { index: number; count: number };
  "variable-tensor": { role: string };
  "variable-shared": Record<never, never>;
  "variable-data": { variable: string; expected: number; found: number };
  "constant-work": { work: number; limit: number };
  "shape-mismatch": { declared: readonly number[]; inferred: readonly number[] };
}

const shape = (sizes: readonly number[]) => `[${sizes.join(", ")}]`;
const broken = "the model is malformed; export it again";

export const graphWords: WordsOf<GraphProblems> = {
  "float8-not-finite": ({ index, code }) => ({
    what: `element ${index} is 0x${code.toString(16)}, no finite number`,
    todo: "8-bit floats saturate and have neither infinities nor NaN: quantize the model again",
  }),
  "tensor-index": ({ index, count, role }) => ({
    what: `${role} names tensor ${index}, and there are ${count}`,
    todo: broken,
  }),
  "tensor-never-produced": ({ role }) => ({
    what: `${role} is neither constant nor a model input, and no operator produces it`,
    todo: broken,
  }),
  "tensor-produced-twice": ({ first }) => ({ what: `it is produced twice, first by ${first}`, todo: broken }),
  "input-is-output": () => ({ what: "one tensor is both input and output of the operator", todo: broken }),
  "constant-is-output": () => ({ what: "an operator writes to a constant or a model input", todo: broken }),
  "graph-cycle": ({ ops }) => ({ what: `operators wait for each other: ${ops.join(", ")}`, todo: broken }),
  "constant-edge": ({ role }) => ({
    what: `${role} of the model is constant`,
    todo: "leave it out of the exported model",
  }),
  "op-order": ({ after }) => ({ what: `it comes before ${after}, which it needs`, todo: broken }),
  "input-is-constant": () => ({ what: "a model input has constant data", todo: broken }),
  "input-listed-twice": () => ({ what: "it is a model input twice", todo: broken }),
  "too-many-connections": ({ connections, limit }) => ({
    what: `operators have ${connections} inputs and outputs together`,
    todo: `${limit} are the limit; check that this is the model you mean`,
  }),
  "no-inputs": () => ({ what: "the model has no input", todo: "export the model with an input" }),
  "no-outputs": () => ({ what: "the model has no output", todo: "export the model with an output" }),
  dimension: ({ axis, size }) => ({
    what: `dimension ${axis} is ${size}`,
    todo: "sizes must be known and at least 1: export the model with a fixed input shape",
  }),
  "too-many-dimensions": ({ rank }) => ({
    what: `it has ${rank} dimensions`,
    todo: "8 are the limit; export the model again",
  }),
  "too-large": ({ shape: sizes }) => ({
    what: `shape ${shape(sizes)} has too many elements`,
    todo: "a tensor may take 16 MiB at most; check that this is the model you mean",
  }),
  "all-too-large": ({ bytes }) => ({
    what: `all tensors together take ${bytes} bytes`,
    todo: "64 MiB are the limit; check that this is the model you mean",
  }),
  "data-length": ({ expected, found }) => ({
    what: `its data has ${found} bytes where shape and type need ${expected}`,
    todo: broken,
  }),
  scale: ({ scale, index }) => ({
    what: `scale ${index} is ${scale}`,
    todo: "scales must be finite and positive: quantize the model again",
  }),
  "zero-point": ({ zeroPoint, dtype }) => ({
    what: `zero point ${zeroPoint} is outside ${dtype}`,
    todo: "quantize the model again",
  }),
  axis: ({ axis, rank }) => ({
    what: `it is quantized per channel along dimension ${axis} of ${rank}`,
    todo: "quantize the model again",
  }),
  "scale-count": ({ found, expected }) => ({
    what: `it has ${found} scales or zero points where the channel count asks for ${expected}`,
    todo: "quantize the model again",
  }),
  "variable-index": ({ index, count }) => ({
    what: `it names variable ${index}, and there are ${count}`,
    todo: broken,
  }),
  "variable-tensor": ({ role }) => ({
    what: `${role} is a variable tensor, which only an operator that keeps state in it can take`,
    todo: "keep streaming state in resource variables (VAR_HANDLE)",
  }),
  "variable-shared": () => ({ what: "it is the state of two operators", todo: broken }),
  "variable-data": ({ variable, expected, found }) => ({
    what: `variable ${quote(variable)} starts with ${found} bytes where shape and type need ${expected}`,
    todo: broken,
  }),
  "constant-work": ({ work, limit }) => ({
    what: `computing what does not depend on an input takes ${work} iterations up to here; ${limit} are the limit`,
    todo: "export the model with its constants computed",
  }),
  "shape-mismatch": ({ declared, inferred }) => ({
    what: `the output is declared ${shape(declared)}, and the operator makes ${shape(inferred)}`,
    todo: broken,
  }),
};
