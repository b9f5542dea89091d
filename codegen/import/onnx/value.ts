import { elements, type Quantization, type TensorId } from "../../graph/graph.js";
import { FLOAT, type GraphBuilder } from "./builder.js";
import type { Constant } from "./constant.js";
import { arrange, channelsLast } from "./layout.js";

/** An image that was flattened: [batches, elements] with channels last, and the shape of the image as ONNX has it. */
export interface Flattened {
  readonly rows: TensorId;
  readonly image: readonly number[];
}

/** Where a value is; `first` can also be how to make it. */
interface Tensors {
  readonly first?: TensorId | (() => TensorId);
  readonly last?: TensorId;
  readonly flattened?: Flattened;
}

/**
 * A computed value, in one or more tensors of the graph: `first` has its axes as ONNX has them, `last` has channels last
 * (layout.ts). The other one is only made where an operator wants it, so that no transposition stays between operators
 * that agree.
 */
export class Stored {
  private first: TensorId | (() => TensorId) | undefined;
  private last: TensorId | undefined;
  /** Whether it was computed, or is fed, with channels last. */
  readonly isLast: boolean;
  readonly flattened: Flattened | undefined;

  /** @param shape as ONNX has it */
  constructor(
    private readonly builder: GraphBuilder,
    readonly shape: readonly number[],
    { first, last, flattened }: Tensors,
  ) {
    this.first = first;
    this.last = last;
    this.isLast = last !== undefined;
    this.flattened = flattened;
  }

  get quantization(): Quantization | undefined {
    return this.builder.typeOf(this.any).quantization;
  }

  /** A tensor of it, whichever is there. */
  get any(): TensorId {
    return this.last ?? this.flattened?.rows ?? this.channelsFirst();
  }

  /** A tensor of it with the elements in ONNX's order, if in another shape. */
  inOrder(): TensorId {
    return this.last !== undefined && this.keepsOrder() ? this.last : this.channelsFirst();
  }

  channelsFirst(): TensorId {
    const { first } = this;
    const id = first === undefined ? this.toFirst(this.last!) : typeof first === "number" ? first : first();
    this.first = id;
    return id;
  }

  channelsLast(): TensorId {
    this.last ??= this.toLast(this.channelsFirst());
    return this.last;
  }

  /** The same value with other elements: `change` is given the tensors that there are. */
  map(change: (id: TensorId) => TensorId): Stored {
    const { builder, shape, flattened } = this;
    if (flattened) {
      const rows = change(flattened.rows);
      const first = () => change(this.channelsFirst());
      return new Stored(builder, shape, { first, flattened: { ...flattened, rows } });
    }
    return this.isLast
      ? new Stored(builder, shape, { last: change(this.channelsLast()) })
      : new Stored(builder, shape, { first: change(this.channelsFirst()) });
  }

  private toLast(from: TensorId): TensorId {
    const target = arrange(channelsLast(this.shape.length), this.shape, 1);
    if (this.shape.length === 3 && !this.keepsOrder()) {
      const [batches, channels, width] = this.shape;
      const moved = this.transpose(from, [0, 2, 1], [batches, width, channels], "nwc");
      return this.reshape(moved, target, "nhwc");
    }
    return this.keepsOrder()
      ? this.reshape(from, target, "nhwc")
      : this.transpose(from, [0, 2, 3, 1], target, "nhwc");
  }

  private toFirst(from: TensorId): TensorId {
    if (this.keepsOrder()) return this.reshape(from, this.shape, "nchw");
    if (this.shape.length === 4) return this.transpose(from, [0, 3, 1, 2], this.shape, "nchw");
    const [batches, channels, width] = this.shape;
    const flat = this.reshape(from, [batches, width, channels], "nwc");
    return this.transpose(flat, [0, 2, 1], this.shape, "ncw");
  }

  /** Whether elements lie in the same order either way: with one channel, or one pixel. */
  private keepsOrder(): boolean {
    return this.shape[1] === 1 || elements(this.shape.slice(2)) === 1;
  }

  private transpose(from: TensorId, order: readonly number[], shape: readonly number[], suffix: string) {
    const { builder } = this;
    const name = `${builder.tensors[from].name}/${suffix}`;
    return builder.emit("TRANSPOSE", {}, [from, builder.indexes(`${name}/order`, order)], {
      name,
      shape,
      type: builder.typeOf(from),
    });
  }

  private reshape(from: TensorId, shape: readonly number[], suffix: string): TensorId {
    const name = `${this.builder.tensors[from].name}/${suffix}`;
    const type = this.builder.typeOf(from);
    return this.builder.emit("RESHAPE", { newShape: shape }, [from], { name, shape, type });
  }
}

/** A value of the file's graph: constant, or computed in float32, in int8, or in both. */
export interface Value {
  readonly shape: readonly number[];
  readonly constant?: Constant;
  readonly quantized?: Stored;
  readonly real?: Stored;
  /** What it is the hard sigmoid of, with the slope and offset that HardSwish has. */
  readonly hardSigmoidOf?: Value;
}

/** A value in float32: dequantized where it is not. */
export function realOf(builder: GraphBuilder, value: Value): Stored | undefined {
  if (value.real || !value.quantized) return value.real;
  const real = value.quantized.map((id) =>
    builder.emit("DEQUANTIZE", {}, [id], {
      name: `${builder.tensors[id].name}/real`,
      shape: builder.tensors[id].shape,
      type: FLOAT,
    }),
  );
  (value as { real?: Stored }).real = real; // so that it is dequantized once
  return real;
}
