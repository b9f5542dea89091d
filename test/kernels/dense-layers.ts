/** Graphs of dense layers one after another, with what the reference says of them. */
import type { Activation } from "../../codegen/arithmetic/activation.js";
import type { Graph, Tensor } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { fullyConnected } from "../reference/fully-connected.js";
import type { ReferenceTensor } from "../reference/tensor.js";
import { type Filling, int8Tensor } from "../support/arbitraries.js";
import { encode, perTensor } from "../support/graph-builder.js";
import { biasTensor, filter, type weights } from "../support/weights.js";

export interface DenseLayer {
  readonly outputs: number;
  readonly activation: Activation;
  readonly weights: typeof weights extends import("fast-check").Arbitrary<infer T> ? T : never;
}

export interface DenseCase {
  readonly inputs: number;
  readonly quantization: { readonly scale: number; readonly zeroPoint: number };
  readonly fill: Filling;
  readonly layers: readonly DenseLayer[];
}

/** A graph, the elements to feed it and those that it gives. */
export interface DenseModel {
  readonly graph: Graph;
  readonly input: readonly number[];
  readonly output: readonly number[];
}

export function denseModel({ inputs, quantization, fill, layers }: DenseCase): DenseModel {
  const tensors: Tensor[] = [];
  const ops: Op[] = [];
  const add = (
    { shape, dtype, values }: ReferenceTensor & Pick<Tensor, "dtype">,
    scales: Tensor["quantization"],
    isConstant: boolean,
  ) =>
    tensors.push({
      name: `tensor${tensors.length}`,
      shape,
      dtype,
      ...(scales && { quantization: scales }),
      ...(isConstant && { data: encode(values, dtype) }),
    }) - 1;
  const given = int8Tensor([1, inputs], quantization, fill);
  const first = add({ ...given, dtype: "int8" }, given.quantization, false);
  let current: ReferenceTensor = given;
  let id = first;
  for (const { outputs, activation, weights } of layers) {
    const attributes = { activation, keepDims: false };
    const filterTensor = filter([outputs, current.shape[1]], 0, weights);
    const { bias, output } = biasTensor(current, filterTensor, outputs, weights);
    const result = fullyConnected(attributes, current, filterTensor, bias ?? undefined, output);
    current = {
      ...result,
      values: result.values.map((value) => value + 0),
      scales: [output.scale],
      zeroPoint: output.zeroPoint,
    };
    const operands = [
      id,
      add(filterTensor, filterTensor.quantization, true),
      bias && add(bias, bias.quantization, true),
    ];
    id = add({ ...current, dtype: "int8" }, perTensor(output.scale, output.zeroPoint), false);
    ops.push({ kind: "FULLY_CONNECTED", name: `dense${id}`, inputs: operands, outputs: [id], attributes });
  }
  const graph = { name: "dense", tensors, ops, inputs: [first], outputs: [id], variables: [] };
  return { graph, input: given.values, output: current.values };
}
