/** Rounds of learning in flash that loses power at every byte and at every stage of every erasure. */
import { expect, it } from "vitest";
import { LearnedStore, type LearningModel } from "../../runtime/store/learned.js";
import { MemoryPartition } from "../../runtime/store/memory-partition.js";
import { FlashEmulator, PowerCut } from "./flash-emulator.js";
import { structure } from "./tiny-model.js";

const BLOCK = 512;
const BLOCKS = 4;

/** Two parts, one of them of an odd length, and more than a block in all. */
class Model implements LearningModel {
  readonly learned = [new Uint8Array(603), new Uint8Array(40)];
  adopted = 0;

  constructor(round = 0) {
    for (const [part, bytes] of this.learned.entries())
      for (let i = 0; i < bytes.length; i++) bytes[i] = (i + part) * (round + 3) * 89 + (i >> 3);
  }

  adopt(): void {
    this.adopted++;
  }
}

const storeOn = (partition: FlashEmulator | MemoryPartition, base = 0) =>
  new LearnedStore({ partition, structure, base });

/** The round that a board starts with, all of it; −1: none. */
function booted(flash: FlashEmulator, rounds: number): number {
  const model = new Model(99);
  if (!storeOn(flash).restore(model)) return -1;
  expect(model.adopted).toBe(1);
  for (let round = 0; round <= rounds; round++)
    if (new Model(round).learned.every((bytes, i) => Buffer.compare(bytes, model.learned[i]) === 0))
      return round;
  throw new Error("what was restored is none of the rounds");
}

it.each([0, 1, 2, 3])("a cut while round %i is saved loses that round at most", (round) => {
  const start = new FlashEmulator(BLOCKS, BLOCK);
  for (let before = 0; before < round; before++) storeOn(start).save(new Model(before));
  const whole = start.copy();
  storeOn(whole).save(new Model(round));
  expect(booted(whole, round)).toBe(round);
  const seen = new Set<number>();
  for (let step = 0; step < whole.steps; step++)
    for (const seed of [1, 2]) {
      const flash = start.copy(step, seed);
      expect(() => storeOn(flash).save(new Model(round))).toThrow(PowerCut);
      const found = booted(flash.copy(), round);
      expect([round - 1, round], `step ${step}, seed ${seed}`).toContain(found);
      seen.add(found);
      const again = flash.copy();
      storeOn(again).save(new Model(round)); // and goes on from there
      expect(booted(again, round)).toBe(round);
    }
  expect(seen).toContain(round - 1);
});

it("erases each block of a round once, and no other", () => {
  const erased: number[] = [];
  const flash = new MemoryPartition(BLOCKS * BLOCK, BLOCK);
  const erase = flash.erase.bind(flash);
  flash.erase = (block) => {
    erased.push(block);
    erase(block);
  };
  for (let round = 0; round < 3; round++) storeOn(flash).save(new Model(round));
  expect(erased).toEqual([0, 1, 2, 3, 0, 1]);
  const again = flash.memory.slice();
  storeOn(flash).save(new Model(2)); // what is there already
  expect(erased).toHaveLength(6);
  expect(flash.memory).toEqual(again);
});

it("restores nothing that was learned on other weights or by other code", () => {
  const flash = new MemoryPartition(BLOCKS * BLOCK, BLOCK);
  storeOn(flash, 3).save(new Model(1));
  expect(storeOn(flash, 3).restore(new Model())).toBe(true);
  expect(storeOn(flash, 4).restore(new Model())).toBe(false);
  const other = { ...structure, hash: structure.hash.map((word) => word ^ 1) };
  expect(new LearnedStore({ partition: flash, structure: other, base: 3 }).restore(new Model())).toBe(false);
});

it("refuses a partition that is too small", () => {
  expect(() => storeOn(new MemoryPartition(2 * BLOCK, BLOCK)).save(new Model())).toThrow(
    "a round takes 680 bytes, and half of the partition has 512",
  );
  expect(() => storeOn(new MemoryPartition(BLOCK, BLOCK))).toThrow("at least two blocks");
});
