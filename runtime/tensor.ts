import type { Memory } from "./layer.js";

/** What is known of a model input or output at compile time. */
export interface TensorInfo {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: "int8" | "uint8" | "int16" | "int32" | "float32";
  /** real = scale · (q − zeroPoint); a tensor that is not quantized has scale 1 and zero point 0. */
  readonly scale: number;
  readonly zeroPoint: number;
  /** Byte offset in the arena. */
  readonly offset: number;
  /** Number of elements. */
  readonly length: number;
}

/** The element arrays of a model's inputs and outputs. */
export type TensorData = Int8Array | Uint8Array | Int16Array | Int32Array | Float32Array;

/** What each integer type holds; frozen, so that preloading leaves it in flash. */
const RANGES = Object.freeze({
  int8: Object.freeze({ min: -128, max: 127 }),
  uint8: Object.freeze({ min: 0, max: 255 }),
  int16: Object.freeze({ min: -32768, max: 32767 }),
  int32: Object.freeze({ min: -2147483648, max: 2147483647 }),
});

/** A model input or output: its description, and its elements where they lie in the arena. */
export class Tensor<Data extends TensorData = TensorData> {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: TensorInfo["dtype"];
  readonly scale: number;
  readonly zeroPoint: number;
  /** Row-major elements, a view of the arena. Layers may reuse an input's memory: set it before every run. */
  readonly data: Data;

  constructor(info: TensorInfo, memory: Memory) {
    this.name = info.name;
    this.shape = info.shape;
    this.dtype = info.dtype;
    this.scale = info.scale;
    this.zeroPoint = info.zeroPoint;
    const whole = memory[info.dtype];
    const start = info.offset / whole.BYTES_PER_ELEMENT;
    this.data = whole.subarray(start, start + info.length) as Data;
  }

  /** Writes real values into `data`: rounded half away from zero to the nearest step, clamped to the type's range. */
  quantize(values: ArrayLike<number>): void {
    const { data, dtype, scale, zeroPoint } = this;
    if (values.length !== data.length) throw new RangeError(`${this.name} takes ${data.length} values`);
    if (dtype === "float32") {
      for (let i = 0; i < data.length; i++) data[i] = values[i];
      return;
    }
    const { min, max } = RANGES[dtype];
    for (let i = 0; i < data.length; i++) {
      const x = values[i] / scale;
      const whole = Math.trunc(x);
      const rest = x - whole; // exact, which x + 0.5 is not
      const q = whole + (rest >= 0.5 ? 1 : rest <= -0.5 ? -1 : 0) + zeroPoint;
      data[i] = q < min ? min : q > max ? max : q;
    }
  }

  /** The real values of `data`, in `into` if given: at least as many elements as the tensor has. */
  dequantize(into: Float32Array = new Float32Array(this.data.length)): Float32Array {
    const { data, scale, zeroPoint } = this;
    for (let i = 0; i < data.length; i++) into[i] = scale * (data[i] - zeroPoint);
    return into;
  }
}
