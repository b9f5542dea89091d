/** Graphs of one operator on 8-bit floats, with a QUANTIZE before it and a DEQUANTIZE behind: models take and give none themselves. */
import type { Graph, Tensor } from "../../codegen/graph/graph.js";
import type { AttributesOf, Op, OpKind } from "../../codegen/graph/op.js";
import { codeOf, type Float8Tensor, type Format, realOf } from "../reference/float8.js";
import type { OutputQuantization, Result } from "../reference/tensor.js";
import { encode, perTensor } from "./graph-builder.js";

/** One operator on one set of values, and what the reference says of it. */
export interface Float8Experiment<K extends OpKind = OpKind> {
  readonly kind: K;
  readonly attributes: AttributesOf<K>;
  readonly inputs: readonly Float8Tensor[];
  /** Constant inputs behind those. */
  readonly constants: readonly Tensor[];
  readonly output: OutputQuantization & { readonly format: Format };
  readonly result: Result;
}

/** A constant of such a tensor. */
export function constantTensor(name: string, tensor: Float8Tensor): Tensor {
  const { shape, format, values, scales, axis = 0 } = tensor;
  const quantization = { scales, zeroPoints: scales.map(() => 0), axis };
  return { name, shape, dtype: format, data: Uint8Array.from(values), quantization };
}

/** A float32 bias. */
export function floatBias(values: readonly number[]): Tensor {
  return { name: "bias", shape: [values.length], dtype: "float32", data: encode(values, "float32") };
}

/** All experiments in one graph; tensors are named after their place in the list. */
export function float8Graph(experiments: readonly Float8Experiment[]): Graph {
  const tensors: Tensor[] = [];
  const ops: Op[] = [];
  const inputs: number[] = [];
  const outputs: number[] = [];
  const add = (tensor: Omit<Tensor, "name">) => tensors.push({ name: `t${tensors.length}`, ...tensor }) - 1;
  const push = (kind: string, attributes: unknown, from: readonly number[], to: number) =>
    ops.push({ kind, name: tensors[to].name, inputs: from, outputs: [to], attributes } as unknown as Op);
  for (const { kind, attributes, inputs: given, constants, output, result } of experiments) {
    const ids = given.map(({ shape, format, scales, zeroPoint }) => {
      const id = add({ shape, dtype: format, quantization: perTensor(scales[0], zeroPoint) });
      if (format === "int8") inputs.push(id);
      else {
        const fed = add({ shape, dtype: "float32" });
        inputs.push(fed);
        push("QUANTIZE", {}, [fed], id);
      }
      return id;
    });
    const { shape } = result;
    const { format, scale, zeroPoint } = output;
    const made = add({ shape, dtype: format, quantization: perTensor(scale, zeroPoint) });
    push(kind, attributes, [...ids, ...constants.map(add)], made);
    if (format === "int8") outputs.push(made);
    else {
      const real = add({ shape, dtype: "float32" });
      push("DEQUANTIZE", {}, [made], real);
      outputs.push(real);
    }
  }
  return { name: "float8", tensors, ops, inputs, outputs, variables: [] };
}

/** What is fed for the values of an input. */
export function fedValues({ format, scales, values }: Float8Tensor): number[] {
  if (format === "int8") return [...values];
  return values.map((code) => Math.fround(realOf(code, format) * scales[0]));
}

/** The codes behind what comes out. */
export function outputCodes(
  values: ArrayLike<number>,
  { format, scale }: Float8Experiment["output"],
): number[] {
  if (format === "int8") return Array.from(values);
  return Array.from(values, (value) => codeOf(value / scale, format));
}
