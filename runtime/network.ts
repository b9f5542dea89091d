import type { Layer, Memory } from "./layer.js";
import { Tensor, type TensorData, type TensorInfo } from "./tensor.js";

/** A streaming variable: where it lies in the arena, and what it holds after construction and reset(). */
export interface VariableInfo {
  readonly name: string;
  /** Byte offset in the arena, and length in bytes. */
  readonly offset: number;
  readonly length: number;
  /** Byte offset of the initial value in `weights.bin`. */
  readonly initial: number;
}

/** What a generated module hands to Network: everything about a model but its weights. */
export interface Plan {
  readonly layers: readonly Layer[];
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly variables: readonly VariableInfo[];
  /** Bytes; a multiple of 4. */
  readonly arenaBytes: number;
  /** Bytes of `weights.bin`; a multiple of 4. */
  readonly weightsBytes: number;
  /** Whether any element has 16 bits. Models without do not pay for views of such. */
  readonly hasInt16: boolean;
}

/** `weights.bin`, mapped: a buffer of its own, or a part of a larger one, such as a slot of a model store. */
export type Weights = ArrayBuffer | Uint8Array;

/** Preloaded, it takes no RAM. */
const NO_INT16 = new Int16Array(0);

/** A model ready to run. Generated modules extend it; nothing is allocated after construction. */
export class Network<Input extends TensorData = TensorData, Output extends TensorData = TensorData> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** The elements of the first input. Layers may reuse its memory: set it before every run. */
  readonly input: Input;
  /** The elements of the first output; they hold until the next run. */
  readonly output: Output;
  /** For tools that look at intermediate tensors. */
  readonly memory: Memory;
  readonly plan: Plan;
  /** What the next step() computes. */
  layer = 0;
  tile = 0;

  /**
   * @param plan the compiled model
   * @param weights `weights.bin`, mapped: it is read in place, from a multiple of 8 bytes on
   * @throws RangeError where the weights are not this model's
   */
  constructor(plan: Plan, weights: Weights) {
    if (weights.byteLength !== plan.weightsBytes)
      throw new RangeError(
        `weights.bin has ${weights.byteLength} bytes, the model needs ${plan.weightsBytes}`,
      );
    const isPart = "buffer" in weights;
    const buffer = isPart ? weights.buffer : weights;
    const start = isPart ? weights.byteOffset : 0;
    const arena = new ArrayBuffer(plan.arenaBytes);
    const memory: Memory = {
      int8: new Int8Array(arena),
      uint8: new Uint8Array(arena),
      int16: plan.hasInt16 ? new Int16Array(arena) : NO_INT16,
      int32: new Int32Array(arena),
      float32: new Float32Array(arena),
      weights8: new Int8Array(buffer, start, plan.weightsBytes),
      weights16: plan.hasInt16 ? new Int16Array(buffer, start, plan.weightsBytes >> 1) : NO_INT16,
      weights32: new Int32Array(buffer, start, plan.weightsBytes >> 2),
      planes: [],
    };
    this.plan = plan;
    this.memory = memory;
    this.inputs = plan.inputs.map((info) => new Tensor(info, memory));
    this.outputs = plan.outputs.map((info) => new Tensor(info, memory));
    this.input = this.inputs[0].data as Input;
    this.output = this.outputs[0].data as Output;
    this.reset();
  }

  /** Forgets streaming state and any half-finished run. */
  reset(): void {
    this.layer = 0;
    this.tile = 0;
    const { int8, weights8 } = this.memory;
    const variables = this.plan.variables; // by index: under XS an iterator is garbage
    for (let v = 0; v < variables.length; v++) {
      const { offset, length, initial } = variables[v];
      for (let i = 0; i < length; i++) int8[offset + i] = weights8[initial + i];
    }
  }

  /**
   * Computes the next tile of the next layer, so that an application can serve its network and watchdog in between.
   *
   * @returns true while the run goes on, false when `output` is complete; the call after that begins a new run
   */
  step(): boolean {
    const layers = this.plan.layers;
    if (layers.length === 0) return false; // a lone RESHAPE takes no kernel: its output is its input
    const layer = layers[this.layer];
    layer.kernel(this.memory, layer, this.tile);
    if (++this.tile < layer.tiles) return true;
    this.tile = 0;
    if (++this.layer < layers.length) return true;
    this.layer = 0;
    return false;
  }

  /** Runs the model from the first layer to the last. */
  run(): Output {
    this.layer = 0;
    this.tile = 0;
    while (this.step());
    return this.output;
  }
}
