/**
 * Stands for a sensor: plays the samples of the self-test, one after another. Put your sensor's values in their place: real
 * ones with `input.quantize(values)`, or quantized ones in `input.data`, whose elements lie in the model's arena.
 */
import { bytesOf, type Model } from "./self-test.js";

export class Sensor {
  readonly #model: Model;
  readonly #samples: Uint8Array;
  #at = 0;

  /** @param samples as self-tests have them: the bytes of all inputs, then those of all outputs */
  constructor(model: Model, samples: ArrayBufferLike) {
    this.#model = model;
    this.#samples = new Uint8Array(samples);
  }

  /** Fills the model's inputs. */
  read(): void {
    for (const input of this.#model.inputs.map(bytesOf)) {
      input.set(this.#samples.subarray(this.#at, this.#at + input.length));
      this.#at += input.length;
    }
    for (const output of this.#model.outputs) this.#at += output.data.byteLength;
    if (this.#at >= this.#samples.length) this.#at = 0;
  }
}
