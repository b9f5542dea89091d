/** Single operators, and one graph of many of them. */
import { FLOAT8 } from "../../../arithmetic/float8.js";
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

/** One graph of all samples, each on inputs of its own; 8-bit floats, which models do not take or give, are made of float32. */
export function graphOf(samples: readonly Sample[]): Graph {
  const tensors: Tensor[] = [];
  const variables: Variable[] = [];
  const ops = samples.flatMap(({ kind, attributes, inputs, outputs }, i): Op[] => {
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
    const op = {
      kind,
      name: `op${i}`,
      inputs: inputs.map((input) => input && add(input)),
      outputs: outputs.map(add),
      attributes,
    } as unknown as Op;
    const conversion = (kind: string, from: number, to: number) =>
      ({ kind, name: `${kind}${to}`, inputs: [from], outputs: [to], attributes: {} }) as unknown as Op;
    const float32 = (id: number) => add({ shape: tensors[id].shape, dtype: "float32" });
    const isFloat8 = (id: number | null): id is number => id !== null && tensors[id].dtype in FLOAT8;
    return [
      ...op.inputs
        .filter(isFloat8)
        .filter((id) => !tensors[id].data)
        .map((id) => conversion("QUANTIZE", float32(id), id)),
      op,
      ...op.outputs.filter(isFloat8).map((id) => conversion("DEQUANTIZE", id, float32(id))),
    ];
  });
  const made = new Set(ops.flatMap(({ outputs }) => outputs));
  const read = new Set(ops.flatMap(({ inputs }) => inputs));
  const fed = [...read].filter(
    (id): id is number =>
      id !== null && !made.has(id) && !tensors[id].data && tensors[id].variable === undefined,
  );
  return {
    name: "samples",
    tensors,
    ops,
    inputs: fed,
    outputs: [...made].filter((id) => !read.has(id)),
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

const ARRAYS = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  float8e4m3: Uint8Array,
  float8e5m2: Uint8Array,
  float32: Float32Array,
} as const;

function encode(values: readonly number[], dtype: DType): Uint8Array {
  if (dtype === "int64") return new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return new Uint8Array(ARRAYS[dtype as keyof typeof ARRAYS].from(values).buffer);
}

/** Quantization of tensors that say none. */
const DEFAULTS: Partial<Record<DType, Quantization>> = {
  int8: perTensor(0.1, -3),
  uint8: perTensor(0.1, -3),
  int16: perTensor(0.1, 0),
  float8e4m3: perTensor(1, 0),
  float8e5m2: perTensor(1, 0),
};

/** A quantization with one scale. */
export function perTensor(scale: number, zeroPoint: number): Quantization {
  return { scales: [scale], zeroPoints: [zeroPoint], axis: 0 };
}
