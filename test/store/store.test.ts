/** What a store takes, refuses and falls back to. */
import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { packUpdate, slotImage, type UpdateContent } from "../../codegen/store/pack.js";
import { HEADER_BYTES, RUNTIME } from "../../runtime/store/header.js";
import { load } from "../../runtime/store/load.js";
import { MemoryPartition } from "../../runtime/store/memory-partition.js";
import { type Reason, UpdateRefused } from "../../runtime/store/refused.js";
import { FlashEmulator } from "./flash-emulator.js";
import { HASH, privateKey, send, storeOn, TinyModel, updateTo, weightsOf } from "./tiny-model.js";

const flash = () => new FlashEmulator(6, 512);

/** Flash with a version in use, that is confirmed. */
function flashWith(version: number): FlashEmulator {
  const made = flash();
  const store = storeOn(made);
  store.open();
  send(store, updateTo(version));
  store.open();
  store.confirm();
  return made;
}

/** Refuses, leaves what is in use, and takes a right update afterwards. */
function expectRefused(update: Uint8Array, reason: Reason, message: RegExp, version = 5): void {
  const made = flashWith(version);
  const store = storeOn(made);
  const before = store.open()!.slice();
  let found: unknown;
  try {
    send(store, update, 100);
  } catch (error) {
    found = error;
  }
  expect(found).toBeInstanceOf(UpdateRefused);
  expect((found as UpdateRefused).reason).toBe(reason);
  expect((found as UpdateRefused).message).toMatch(message);
  for (const again of [store, storeOn(made)]) {
    expect(Buffer.compare(again.open()!, before)).toBe(0);
    expect(again.counter).toBe(version);
    expect(again.isOnTrial).toBe(false);
    expect(again.verify()).toBe(true);
  }
  send(store, updateTo(version + 1));
  expect(Buffer.compare(store.open()!, weightsOf(version + 1))).toBe(0);
}

const flipped = (update: Uint8Array, bit: number) => {
  const copy = update.slice();
  copy[bit >> 3] ^= 1 << (bit & 7);
  return copy;
};

describe("refused is", () => {
  it("what another key has signed", () => {
    const { privateKey: other } = generateKeyPairSync("ed25519");
    const content: UpdateContent = {
      structure: HASH,
      weights: weightsOf(6),
      counter: 6,
      vectors: [{ inputs: [new Uint8Array(4)], outputs: [new Uint8Array(4)] }],
    };
    expectRefused(packUpdate(content, other), "signature", /not signed with the key/);
  });

  it("a version that is not newer", () => {
    expectRefused(updateTo(5), "older", /version 5 is not newer than 5/);
    expectRefused(updateTo(4), "older", /version 4 is not newer than 5/);
  });

  it("another structure, by its hash or by its length", () => {
    const hash = HASH.replace("0011", "0012");
    expectRefused(
      updateTo(6, { structure: hash }),
      "structure",
      /structure 0012223344556677, the application has 0011223344556677/,
    );
    expectRefused(updateTo(6, { structure: `${HASH.slice(0, -2)}11` }), "structure", /structure/);
    expectRefused(updateTo(6, { weights: new Uint8Array(296) }), "structure", /structure/);
  });

  it("what needs a newer runtime", () => {
    expectRefused(updateTo(6, { runtime: RUNTIME + 1 }), "runtime", /needs runtime 2, the application has 1/);
  });

  it("what is too long for a slot, and what goes on after its end", () => {
    const long = { inputs: [new Uint8Array(4000)], outputs: [new Uint8Array(4)] };
    expectRefused(updateTo(6, { vectors: [long] }), "too-long", /4304 bytes, a slot has room for 1024/);
    expectRefused(Buffer.concat([updateTo(6), Uint8Array.of(0)]), "too-long", /goes on after its 476 bytes/);
  });

  it("what ends early, wherever that is", () => {
    const update = updateTo(6);
    for (const length of [0, 1, HEADER_BYTES - 1, HEADER_BYTES, HEADER_BYTES + 1, 416, update.length - 1])
      expectRefused(update.subarray(0, length), "truncated", /ends after \d+ of/);
  });

  it("what is something else", () => {
    expectRefused(new Uint8Array(1000), "no-update", /no update/);
    expectRefused(new TextEncoder().encode("<html>404</html>".repeat(20)), "no-update", /no update/);
  });

  it("any update of which a bit was flipped", () => {
    const update = updateTo(6);
    const reasons = new Set<string>();
    const made = flashWith(5);
    // Each bit of the payload, and some of each byte of the header: a signature takes long.
    for (let bit = 0; bit < 8 * update.length; bit += bit < 8 * HEADER_BYTES ? 7 : 1) {
      const store = storeOn(made.copy());
      store.open();
      try {
        send(store, flipped(update, bit));
        expect.unreachable(`bit ${bit}`);
      } catch (error) {
        expect(error, `bit ${bit}`).toBeInstanceOf(UpdateRefused);
        reasons.add((error as UpdateRefused).reason);
      }
      store.open();
      expect(store.counter).toBe(5);
    }
    expect([...reasons].sort()).toEqual([
      "digest",
      "no-update",
      "older",
      "runtime",
      "signature",
      "structure",
    ]);
  });

  it("an update while the model in use is on trial", () => {
    const made = flashWith(5);
    const store = storeOn(made);
    store.open();
    send(store, updateTo(6));
    store.open();
    expect(() => store.update()).toThrow(expect.objectContaining({ reason: "on-trial" }));
    store.confirm();
    send(store, updateTo(7));
  });

  it("a version that was tried and did not pass", () => {
    const wrong = updateTo(6, {
      vectors: [{ inputs: [new Uint8Array(4)], outputs: [Uint8Array.of(9, 9, 9, 9)] }],
    });
    const store = storeOn(flashWith(5));
    store.open();
    send(store, wrong);
    expect(load(store, TinyModel).weights).toEqual(weightsOf(5));
    expect(() => send(store, wrong)).toThrow(/version 6 is not newer than 6, which is or was here/);
    send(store, updateTo(7));
    expect(load(store, TinyModel).weights).toEqual(weightsOf(7));
  });
});

it("refuses before anything is erased, unless it is the payload that is wrong", () => {
  const made = flashWith(5);
  const store = storeOn(made);
  store.open();
  const { steps } = made;
  for (const update of [updateTo(5), updateTo(6, { runtime: 9 }), flipped(updateTo(6), 8 * 120)])
    expect(() => send(store, update)).toThrow(UpdateRefused);
  expect(made.steps).toBe(steps);
});

it("takes pieces of any size", () => {
  const update = updateTo(6);
  const start = flashWith(5);
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 30 }),
      fc.boolean(),
      (sizes, copied) => {
        const made = start.copy();
        const store = storeOn(made);
        store.open();
        const running = store.update();
        let at = 0;
        for (const size of [...sizes, update.length]) {
          const piece = update.slice(at, at + size);
          running.write(copied ? piece.buffer : piece);
          at = Math.min(update.length, at + size);
          expect(running.received).toBe(at);
        }
        expect(running.expected).toBe(update.length);
        running.end();
        expect(() => running.write(new Uint8Array(1))).toThrow("has ended");
        expect(Buffer.compare(storeOn(made).open()!, weightsOf(6))).toBe(0);
      },
    ),
  );
});

it("one byte at a time makes the same flash as all at once", () => {
  const [one, all] = [flashWith(5), flashWith(5)];
  for (const [made, piece] of [
    [one, 1],
    [all, 10_000],
  ] as const) {
    const store = storeOn(made);
    store.open();
    send(store, updateTo(6), piece);
  }
  expect(Buffer.compare(one.memory, all.memory)).toBe(0);
});

it("begins anew where an update was left or another begun", () => {
  const store = storeOn(flashWith(5));
  store.open();
  const left = store.update();
  left.write(updateTo(6).subarray(0, 300));
  send(store, updateTo(7));
  expect(() => left.write(new Uint8Array(1))).toThrow("has ended");
  expect(Buffer.compare(store.open()!, weightsOf(7))).toBe(0);
});

it("opens what is newest, and of a trial only so often", () => {
  const made = flashWith(5);
  const store = storeOn(made, { tries: 2 });
  store.open();
  send(store, updateTo(6));
  for (const expected of [6, 6, 5, 5]) {
    const again = storeOn(made, { tries: 2 });
    again.open();
    expect(again.counter).toBe(expected);
    expect(again.isOnTrial).toBe(expected === 6);
  }
});

it("passes over what is not newer than the application's own weights, or for other code", () => {
  const made = flashWith(5);
  expect(storeOn(made, { builtIn: 4 }).open()).toBeDefined();
  for (const builtIn of [5, 6]) {
    const store = storeOn(made, { builtIn });
    expect(store.open()).toBe(undefined);
    expect(store.counter).toBe(builtIn);
    expect(store.isOnTrial).toBe(false);
    expect(() => send(store, updateTo(builtIn))).toThrow(/not newer/);
  }
  const other = { hash: [1, 2, 3, 4, 5, 6, 7, 8], weightsBytes: 300 };
  expect(storeOn(made, { structure: other }).open()).toBe(undefined);
});

it("takes an update of an older line where the code is another", () => {
  const made = flashWith(5);
  const hash = "ff".repeat(32);
  const structure = { hash: new Array(8).fill(-1), weightsBytes: 300 };
  const store = storeOn(made, { structure });
  store.open();
  send(store, updateTo(1, { structure: hash }));
  expect(load(store, TinyModel).weights).toEqual(weightsOf(1));
});

it("finds a bit that flash has lost, when asked", () => {
  const made = flashWith(5);
  const store = storeOn(made);
  const weights = store.open()!;
  expect(store.verify()).toBe(true);
  weights[17] ^= 1;
  expect(store.verify()).toBe(false);
  weights[17] ^= 1;
  made.memory[4 * 20] ^= 1; // the digest itself
  expect(store.verify()).toBe(false);
});

it("tests a model whose vectors have several steps from its initial state", () => {
  const weights = weightsOf(6);
  const steps = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(4, 5, 6, 7)];
  const model = new TinyModel(weights);
  const outputs = steps.map((input) => {
    model.inputs[0].data.set(input);
    return new Uint8Array(Int32Array.from(model.run()).buffer);
  });
  const store = storeOn(flashWith(5));
  store.open();
  send(store, updateTo(6, { vectors: [{ inputs: steps, outputs }] }));
  expect(load(store, TinyModel).weights).toEqual(weights);
  expect(store.isOnTrial).toBe(true);
  expect(store.selfTest(new TinyModel(weightsOf(4)))).toBe(false);
  expect(store.selfTest({ ...model, reset() {}, run() {}, inputs: [{ data: new Uint8Array(5) }] })).toBe(
    false,
  );
});

it("starts with what a factory has written", () => {
  const image = slotImage(updateTo(3), 512);
  const store = storeOn(new MemoryPartition(6 * 512, 512, image));
  expect(load(store, TinyModel).weights).toEqual(weightsOf(3));
  expect(store.isOnTrial).toBe(true);
  expect(store.verify()).toBe(true);
  store.confirm();
  expect(store.isOnTrial).toBe(false);
});

it("says what it cannot work with", () => {
  expect(() => storeOn(new FlashEmulator(3, 512))).toThrow("has 3 blocks, at least 4 are needed");
  expect(() => storeOn(flash(), { publicKey: "ab" })).toThrow("64 hexadecimal digits");
  for (const tries of [0, 9]) expect(() => storeOn(flash(), { tries })).toThrow("1 to 8");
  expect(() => storeOn(flash()).update()).toThrow("open() comes first");
  expect(privateKey.asymmetricKeyType).toBe("ed25519");
});
