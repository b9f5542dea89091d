/** Single operators, and one graph of many of them. */
import { type DType, elements, type Graph, type Quantization, type Tensor } from "../../../graph/graph.js";
import type { AttributesOf, Op, OpKind } from "../../../graph/op.js";
import { randomInt8s } from "../random.js";

/** A tensor of a sample: constant where it has values. */
export interface Spec {
  readonly shape: readonly number[];
  readonly dtype?: DType;
  readonly quantization?: Quantization;
  readonly values?: readonly number[];
}

/** One operator, with its inputs and outputs. */
export interface Sample {
  readonly kind: OpKind;
  readonly attributes: unknown;
  readonly inputs: readonly Spec[];
  readonly outputs: readonly Spec[];
}

export function sample<K extends OpKind>(
  kind: K,
  attributes: AttributesOf<K>,
  inputs: readonly Spec[],
  outputs: readonly Spec[],
): Sample {
  return { kind, attributes, inputs, outputs };
}

/** One graph of all samples, each on inputs of its own. */
export function graphOf(samples: readonly Sample[]): Graph {
  const tensors: Tensor[] = [];
  const ops = samples.map(({ kind, attributes, inputs, outputs }, i): Op => {
    const add = ({ shape, dtype = "int8", quantization, values }: Spec): number =>
      tensors.push({
        name: `t${tensors.length}`,
        shape,
        dtype,
        ...(dtype !== "int32" && dtype !== "float32" && { quantization: quantization ?? perTensor(0.1, -3) }),
        ...(values && { data: encode(values, dtype) }),
      }) - 1;
    return {
      kind,
      name: `op${i}`,
      inputs: inputs.map(add),
      outputs: outputs.map(add),
      attributes,
    } as unknown as Op;
  });
  const fed = ops.flatMap(({ inputs }) => inputs as number[]).filter((id) => !tensors[id].data);
  return {
    name: "samples",
    tensors,
    ops,
    inputs: fed,
    outputs: ops.flatMap(({ outputs }) => outputs),
    variables: [],
  };
}

/** Random elements for all inputs of such a graph, one after the other. */
export function inputBytes({ tensors, inputs }: Graph): Uint8Array {
  const bytes = inputs.map((id) => {
    const { shape, dtype } = tensors[id];
    return encode(randomInt8s(elements(shape)), dtype);
  });
  return Uint8Array.from(bytes.flatMap((each) => [...each]));
}

const ARRAYS = { int8: Int8Array, int32: Int32Array, float32: Float32Array } as const;

function encode(values: readonly number[], dtype: DType): Uint8Array {
  return new Uint8Array(ARRAYS[dtype as keyof typeof ARRAYS].from(values).buffer);
}

/** A quantization with one scale. */
export function perTensor(scale: number, zeroPoint: number): Quantization {
  return { scales: [scale], zeroPoints: [zeroPoint], axis: 0 };
}
