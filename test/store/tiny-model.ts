/** A model of a few weights, its updates, and stores for it. */
import { generateKeyPairSync } from "node:crypto";
import { hashWords } from "../../codegen/emit/structure.js";
import { packUpdate, type UpdateContent } from "../../codegen/store/pack.js";
import type { Partition } from "../../runtime/store/partition.js";
import { ModelStore, type StoreOptions } from "../../runtime/store/store.js";

export const HASH = "00112233445566778899aabbccddeeff0123456789abcdeffedcba9876543210";

export const WEIGHTS_BYTES = 300;

export const structure = { hash: hashWords(HASH), weightsBytes: WEIGHTS_BYTES };

export const { publicKey, privateKey } = generateKeyPairSync("ed25519");
export const publicHex = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");

/** Adds up four of its weights that the input chooses. */
export class TinyModel {
  readonly inputs = [{ data: new Uint8Array(4) }];
  readonly outputs = [{ data: new Int32Array(1) }];
  readonly weights: Uint8Array;

  constructor(weights: Uint8Array = weightsOf(0)) {
    this.weights = weights;
  }

  reset(): void {}

  run(): Int32Array {
    const [{ data: output }] = this.outputs;
    output[0] = this.inputs[0].data.reduce((sum, index) => sum + this.weights[index], 0);
    return output;
  }
}

/** The weights of a version. */
export function weightsOf(version: number): Uint8Array {
  return Uint8Array.from(
    { length: WEIGHTS_BYTES },
    (_, i) => ((i + 3) * (version + 7) * 89 + (i >> 3)) & 255,
  );
}

/** The update to a version, right but for what is given. */
export function updateTo(version: number, given: Partial<UpdateContent> = {}): Uint8Array {
  const weights = weightsOf(version);
  const inputs = [Uint8Array.of(1, 50, 99, 250), Uint8Array.of(0, 0, 7, version & 255)];
  const vectors = inputs.map((input) => {
    const model = new TinyModel(weights);
    model.inputs[0].data.set(input);
    return { inputs: [input], outputs: [new Uint8Array(Int32Array.from(model.run()).buffer)] };
  });
  return packUpdate({ structure: HASH, weights, counter: version, vectors, ...given }, privateKey);
}

export function storeOn(partition: Partition, given: Partial<StoreOptions> = {}): ModelStore {
  return new ModelStore({ partition, structure, publicKey: publicHex, ...given });
}

/** Gives an update to a store that is open, in pieces of some bytes. */
export function send(store: ModelStore, update: Uint8Array, piece = update.length): void {
  const running = store.update();
  for (let at = 0; at < update.length; at += piece) running.write(update.subarray(at, at + piece));
  running.end();
}
