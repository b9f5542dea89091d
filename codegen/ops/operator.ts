/**
 * What an operator is to the compiler. One file in this folder is one Operator; `index.ts` lists it. What bytes of a
 * model file carry its attributes is import's business, what board it runs on is the planner's.
 */
import type { Layer, Memory, PlacedLayer } from "../../runtime/layer.js";
import type { Cost } from "../cost/cost.js";
import type { TensorId } from "../graph/graph.js";
import type { KernelSource } from "../kernels/generated.js";
import type { Node } from "./node.js";

export type Shape = readonly number[];

/** What an operator without attributes carries. */
export type NoAttributes = Readonly<Record<never, never>>;

export interface Operator<Attributes> {
  readonly kind: string;
  /** Least and most number of inputs and of outputs. */
  readonly inputs: readonly [min: number, max: number];
  readonly outputs: readonly [min: number, max: number];
  /** For people, in the table of operators: types of activations, restrictions, what its bits were checked against. */
  readonly types: string;
  readonly restrictions: string;
  readonly checked: string;
  /** Positions of inputs that may be absent and are followed by others; none where not given. */
  readonly optional?: readonly number[];
  /** Positions of the inputs that are state of the operator's own: tensors with a `variable`. None where not given. */
  readonly states?: readonly number[];
  /**
   * Refuses what cannot be compiled: types, quantization, ranks, attributes, shapes of constants.
   * Runs before everything below, with arity, tensor data and quantization parameters already validated.
   */
  check(node: Node<Attributes>): void;
  /** The shape of every output. */
  infer(node: Node<Attributes>): readonly Shape[];
  /** Multiply-accumulates of one run. */
  macs?(node: Node<Attributes>): number;
  /** The rolled form: loops over typed arrays. */
  lower(node: Node<Attributes>): Lowering;
  /** Constant outputs whatever the inputs hold (SHAPE); others are folded by running their kernel. */
  fold?(node: Node<Attributes>): readonly Uint8Array[];
}

/** Inputs and outputs of the same bytes in the same order take the same memory: RESHAPE and its like. */
export interface AliasLowering {
  readonly form: "alias";
}

/** Nothing happens at run time: VAR_HANDLE. */
export interface NothingLowering {
  readonly form: "nothing";
}

/** A call of a kernel from `runtime/`. */
export interface KernelLowering {
  readonly form: "kernel";
  /** Module in `runtime/` without extension; what it exports: the kernel, and the interface of its constants by name. */
  readonly module: string;
  readonly kernel: Layer["kernel"];
  readonly layerType: string;
  readonly tiles: number;
  /** Inner-loop iterations of the longest tile: how long one step is. */
  readonly work: number;
  /** Bytes of the arena that are the layer's own while it runs, from one tile to the next; none where not given. */
  readonly scratchBytes?: number;
  readonly parameters: Readonly<Record<string, Parameter>>;
}

export type Lowering = KernelLowering | AliasLowering | NothingLowering;

/** A kernel written for this layer, with weights in its code; beside the rolled form, never instead of it. */
export interface GeneratedLowering {
  readonly form: "generated";
  readonly source: KernelSource;
  readonly tiles: number;
  readonly cost: Cost;
  /** Those of PlacedLayer; numbers stand for themselves. */
  readonly parameters: Readonly<Record<keyof Omit<PlacedLayer, keyof Layer>, readonly (number | Placed)[]>>;
}

/** A kernel constant; the planner turns a Placed one into an offset, in elements of the array that the kernel reads. */
export type Parameter = number | boolean | Placed | readonly (number | Placed)[];

export type Placed =
  /** A tensor in the arena, or the byte `start` of it. */
  | {
      readonly at: "tensor";
      readonly tensor: TensorId;
      readonly start: number;
      readonly elementBytes: 1 | 2 | 4;
    }
  /** A tensor that may be constant: placed in the arena or, as −1 − offset, in `weights.bin` (see runtime/operand.ts). */
  | { readonly at: "operand"; readonly tensor: TensorId; readonly elementBytes: 1 | 2 }
  /** A streaming variable in the arena. */
  | { readonly at: "variable"; readonly variable: number; readonly elementBytes: 1 | 2 }
  /** The layer's own bytes of the arena. */
  | { readonly at: "scratch"; readonly elementBytes: 1 }
  /** Bytes that go to `weights.bin`. */
  | {
      readonly at: "constant";
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly elementBytes: 1 | 2 | 4 | 8;
    };

/** What a kernel's layer interface asks for, each number or list of numbers also as something yet to be placed. */
export type ParametersOf<L extends Layer> = {
  readonly [K in Exclude<keyof L, keyof Layer>]: L[K] extends number
    ? number | Placed
    : L[K] extends readonly number[]
      ? readonly number[] | readonly Placed[]
      : L[K];
};

/** Makes a KernelLowering whose parameters are checked against the kernel's layer interface. */
export function kernel<L extends Layer>(
  call: Omit<KernelLowering, "form" | "kernel" | "parameters"> & {
    readonly kernel: (memory: Memory, layer: L, tile: number) => void;
  },
  parameters: ParametersOf<L>,
): KernelLowering {
  return {
    form: "kernel",
    ...call,
    kernel: call.kernel as Layer["kernel"],
    parameters: parameters as Readonly<Record<string, Parameter>>,
  };
}

/** A tensor in the arena, as an offset in elements of so many bytes. */
export function tensor(id: TensorId, elementBytes: 1 | 2 | 4 = 1): Placed {
  return { at: "tensor", tensor: id, start: 0, elementBytes };
}

/** Byte `start` of a tensor in the arena. */
export function tensorByte(id: TensorId, start: number): Placed {
  return { at: "tensor", tensor: id, start, elementBytes: 1 };
}

/** A tensor that may be constant, as a place of runtime/operand.ts. */
export function operand(id: TensorId, elementBytes: 1 | 2 = 1): Placed {
  return { at: "operand", tensor: id, elementBytes };
}

/** A streaming variable, as an offset in the arena in elements of so many bytes. */
export function variable(index: number, elementBytes: 1 | 2 = 1): Placed {
  return { at: "variable", variable: index, elementBytes };
}

/** Constant bytes that a kernel reads from `weights8`. */
export function bytes(name: string, data: Uint8Array): Placed {
  return { at: "constant", name, bytes: data, elementBytes: 1 };
}

/** Constant bytes of int16 values that a kernel reads from `weights16`. */
export function halves(name: string, data: Uint8Array): Placed {
  return { at: "constant", name, bytes: data, elementBytes: 2 };
}

/** Constant int32 values that a kernel reads from `weights32`. */
export function words(name: string, values: readonly number[]): Placed {
  return { at: "constant", name, bytes: new Uint8Array(Int32Array.from(values).buffer), elementBytes: 4 };
}

/** Constant int64 values, aligned so that a view of them can be made. */
export function longs(name: string, values: readonly bigint[]): Placed {
  return { at: "constant", name, bytes: new Uint8Array(BigInt64Array.from(values).buffer), elementBytes: 8 };
}
