import type { Builder, Offset } from "flatbuffers";
import { Buffer } from "../../import/tflite/schema.js";
import { dataVector } from "./vectors.js";

/** The buffers of a file; buffer 0 is empty, which is what tensors without data name. */
export class Buffers {
  readonly offsets: Offset[] = [];
  private readonly known = new Map<Uint8Array, number>();

  constructor(private readonly builder: Builder) {
    this.write();
  }

  /** The index of the buffer with some tensor's data. Tensors that share data share a buffer. */
  index(data: Uint8Array | undefined): number {
    if (!data) return 0;
    const index = this.known.get(data) ?? this.write(data);
    this.known.set(data, index);
    return index;
  }

  private write(data?: Uint8Array): number {
    const { builder } = this;
    const vector = data ? dataVector(builder, data) : 0;
    builder.startObject(1);
    builder.addFieldOffset(Buffer.data, vector, 0);
    return this.offsets.push(builder.endObject()) - 1;
  }
}
