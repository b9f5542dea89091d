/** Single operators, and one graph of many of them. */
import {
  byteLength,
  type DType,
  elements,
  type Graph,
  type Quantization,
  type Tensor,
  type Variable,
} from "../../../graph/graph.js";
import type { AttributesOf, Op, OpKind } from "../../../graph/op.js";
import { randomInt8s } from "../random.js";

/** A tensor of a sample: constant where it has values. */
export interface Spec {
  readonly shape: readonly number[];
  readonly dtype?: DType;
  readonly quantization?: Quantization;
  readonly values?: readonly number[];
  /** It is state of the operator; it begins as zeros. */
  readonly isState?: boolean;
}

/** One operator, with its inputs and outputs. */
export interface Sample {
  readonly kind: OpKind;
  readonly attributes: unknown;
  /** Null stands for one that is absent. */
  readonly inputs: readonly (Spec | null)[];
  readonly outputs: readonly Spec[];
}

export function sample<K extends OpKind>(
  kind: K,
  attributes: AttributesOf<K>,
  inputs: readonly (Spec | null)[],
  outputs: readonly Spec[],
): Sample {
  return { kind, attributes, inputs, outputs };
}

/** One graph of all samples, each on inputs of its own. */
export function graphOf(samples: readonly Sample[]): Graph {
  const tensors: Tensor[] = [];
  const variables: Variable[] = [];
  const ops = samples.map(({ kind, attributes, inputs, outputs }, i): Op => {
    const add = ({
      shape,
      dtype = "int8",
      quantization = DEFAULTS[dtype],
      values,
      isState,
    }: Spec): number => {
      const tensor = { name: `t${tensors.length}`, shape, dtype };
      return (
        tensors.push({
          ...tensor,
          ...(quantization && { quantization }),
          ...(values && { data: encode(values, dtype) }),
          ...(isState && {
            variable: variables.push({ ...tensor, initial: new Uint8Array(byteLength(tensor)) }) - 1,
          }),
        }) - 1
      );
    };
    return {
      kind,
      name: `op${i}`,
      inputs: inputs.map((input) => input && add(input)),
      outputs: outputs.map(add),
      attributes,
    } as unknown as Op;
  });
  const fed = ops
    .flatMap(({ inputs }) => inputs)
    .filter((id): id is number => id !== null && !tensors[id].data && tensors[id].variable === undefined);
  return {
    name: "samples",
    tensors,
    ops,
    inputs: fed,
    outputs: ops.flatMap(({ outputs }) => outputs),
    variables,
  };
}

/** Random elements for all inputs of such a graph, one after the other. */
export function inputBytes({ tensors, inputs }: Graph): Uint8Array {
  const bytes = inputs.map((id) => {
    const { shape, dtype } = tensors[id];
    const values = randomInt8s(elements(shape));
    return encode(dtype === "int16" ? values.map((value) => 256 * value) : values, dtype);
  });
  return Uint8Array.from(bytes.flatMap((each) => [...each]));
}

const ARRAYS = { int8: Int8Array, int16: Int16Array, int32: Int32Array, float32: Float32Array } as const;

function encode(values: readonly number[], dtype: DType): Uint8Array {
  if (dtype === "int64") return new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return new Uint8Array(ARRAYS[dtype as keyof typeof ARRAYS].from(values).buffer);
}

/** Quantization of tensors that say none. */
const DEFAULTS: Partial<Record<DType, Quantization>> = {
  int8: perTensor(0.1, -3),
  uint8: perTensor(0.1, -3),
  int16: perTensor(0.1, 0),
};

/** A quantization with one scale. */
export function perTensor(scale: number, zeroPoint: number): Quantization {
  return { scales: [scale], zeroPoints: [zeroPoint], axis: 0 };
}
