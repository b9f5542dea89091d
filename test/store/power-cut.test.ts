/**
 * The power goes at every byte that is written and at every stage of every erasure of an update, of its trial and of its
 * confirmation or rejection, in both slots. What a board then boots is the old model or the new one, and it is whole.
 */
import { expect, it, vi } from "vitest";
import { load } from "../../runtime/store/load.js";
import { FlashEmulator, PowerCut } from "./flash-emulator.js";
import { send, storeOn, TinyModel, updateTo, weightsOf } from "./tiny-model.js";

/** Signatures are checked as they are, but those of the same bytes only once. */
vi.mock("../../runtime/store/ed25519.js", async (importOriginal) => {
  const { verifySignature } = await importOriginal<typeof import("../../runtime/store/ed25519.js")>();
  const known = new Map<string, boolean>();
  return {
    verifySignature: (...parts: readonly [Uint8Array, Uint8Array, Uint8Array]) => {
      const key = parts.map((part) => Buffer.from(part).toString("hex")).join();
      const found = known.get(key) ?? verifySignature(...parts);
      known.set(key, found);
      return found;
    },
  };
});

const BLOCK = 512;
const BLOCKS = 6;

/** A board's life: from switching it on to switching it off. */
type Life = (flash: FlashEmulator) => void;

const boot = (flash: FlashEmulator) => {
  const store = storeOn(flash);
  return { store, model: load(store, TinyModel) };
};

const updating =
  (version: number, update = updateTo(version)): Life =>
  (flash) => {
    const { store } = boot(flash);
    if (store.isOnTrial) store.confirm();
    if (store.counter < version) send(store, update);
  };

/** Boots, and confirms what passes its self-test. */
const confirming: Life = (flash) => {
  const { store } = boot(flash);
  store.confirm();
};

/** Boots and works no further: nothing is confirmed. */
const failing: Life = (flash) => void boot(flash);

/** Finds fault with a version, or with any, after it was confirmed. */
const rejecting =
  (version?: number): Life =>
  (flash) => {
    const { store } = boot(flash);
    if (version === undefined || store.counter === version) store.reject();
  };

function after(flash: FlashEmulator, lives: readonly Life[]): FlashEmulator {
  for (const life of lives) life(flash);
  return flash;
}

/** What a board boots is one of some versions: which one, and that it is whole and verified. */
function expectWhole(flash: FlashEmulator, versions: readonly number[], where: string): number {
  const { store, model } = boot(flash);
  expect(versions, where).toContain(store.counter);
  expect(Buffer.compare(model.weights, weightsOf(store.counter)), where).toBe(0);
  expect(store.verify(), where).toBe(true);
  return store.counter;
}

/** A model whose vectors do not say what its weights compute, though the right key has signed them. */
const WRONG_VECTOR = [{ inputs: [Uint8Array.of(1, 2, 3, 4)], outputs: [Uint8Array.of(1, 0, 0, 0)] }];
const wrong = (version: number) => updateTo(version, { vectors: WRONG_VECTOR });

interface Case {
  readonly what: string;
  readonly before: readonly Life[];
  /** While these go on the power is cut. */
  readonly lives: readonly Life[];
  /** What it may boot after a cut. */
  readonly versions: readonly number[];
  /** These lead to this version then. */
  readonly afterwards: readonly Life[];
  readonly end: number;
}

const V1 = [updating(1), confirming];
const V2 = [...V1, updating(2), confirming];
const FAILING = [failing, failing, failing, failing];

const taken = (what: string, before: readonly Life[], version: number): Case => {
  const lives = [updating(version), confirming];
  return { what, before, lives, versions: [version - 1, version], afterwards: lives, end: version };
};

const CASES: readonly Case[] = [
  taken("the first update", [], 1),
  taken("an update in the second slot", V1, 2),
  taken("an update in the first slot", V2, 3),
  ...[V1, V2].flatMap((before, i): Case[] => {
    const where = `an update in the ${i === 0 ? "second" : "first"} slot`;
    const old = i + 1;
    return [
      {
        what: `${where} that fails its self-test`,
        before,
        lives: [updating(old + 1, wrong(old + 1)), confirming],
        versions: [old],
        afterwards: [confirming],
        end: old,
      },
      {
        what: `${where} that nobody confirms`,
        before,
        lives: [updating(old + 1), ...FAILING],
        versions: [old, old + 1],
        afterwards: FAILING,
        end: old,
      },
      {
        what: `${where} that is confirmed and rejected later`,
        before,
        lives: [updating(old + 1), confirming, rejecting(old + 1)],
        versions: [old, old + 1],
        afterwards: [rejecting(old + 1), confirming],
        end: old,
      },
    ];
  }),
];

/** What is left of a byte and of a block differs from seed to seed. */
const SEEDS = [1, 2];

it.each(CASES)("$what", ({ before, lives, versions, afterwards, end }) => {
  const start = after(new FlashEmulator(BLOCKS, BLOCK), before);
  const whole = after(start.copy(), lives);
  expectWhole(whole, [end], "without a cut");
  expect(whole.steps).toBeGreaterThan(updateTo(end).length);

  const seen = new Set<number>();
  for (let step = 0; step < whole.steps; step++)
    for (const seed of SEEDS) {
      const where = `step ${step}, seed ${seed}`;
      const flash = start.copy(step, seed);
      expect(() => after(flash, lives), where).toThrow(PowerCut);
      seen.add(expectWhole(flash.copy(), versions, where));
      expectWhole(after(flash.copy(), [failing]), versions, `${where}, second boot`);
      expectWhole(
        after(flash.copy(), [rejecting()]),
        [0, ...before.keys(), ...versions],
        `${where}, rejected`,
      );
      expectWhole(after(flash.copy(), afterwards), [end], `${where}, in the end`);
    }
  expect([...seen].sort()).toEqual(versions);
});
