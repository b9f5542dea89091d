/** Compares every byte that models compute with what the compiler's reference computed. */

/** A model as generated code gives it. */
export interface Model {
  readonly inputs: readonly { readonly data: ArrayBufferView }[];
  readonly outputs: readonly { readonly data: ArrayBufferView }[];
  reset(): void;
  run(): unknown;
}

export interface Test {
  readonly model: Model;
  /** One after another from the initial state on: the bytes of all inputs, then those of all outputs. */
  readonly vectors: ArrayBufferLike;
}

/** The memory of a tensor, byte by byte. */
export function bytesOf({ data }: { readonly data: ArrayBufferView }): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** The verdict in one line, which `xsnn monitor` knows; vectors and the bytes of each are counted from 0. */
export function selfTest(tests: readonly Test[]): string {
  let count = 0;
  let compared = 0;
  for (const { model, vectors } of tests) {
    const bytes = new Uint8Array(vectors);
    model.reset();
    for (let at = 0; at < bytes.length; count++) {
      for (const input of model.inputs.map(bytesOf)) {
        input.set(bytes.subarray(at, at + input.length));
        at += input.length;
      }
      model.run();
      const start = at;
      for (const output of model.outputs.map(bytesOf))
        for (let i = 0; i < output.length; i++, at++) {
          compared++;
          if (output[i] !== bytes[at])
            return `xsnn: self-test FAILED: vector ${count}, byte ${at - start}: ${output[i]} in place of ${bytes[at]}`;
        }
    }
    model.reset();
  }
  return `xsnn: self-test passed: ${count} vectors, ${compared} bytes`;
}
