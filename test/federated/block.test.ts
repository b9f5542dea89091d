import fc from "fast-check";
import { expect, it } from "vitest";
import { compressedBlock, exactBlock, readBlock } from "../../runtime/federated/block.js";
import { keptOf } from "../../runtime/federated/compression.js";
import { addEntries, type Entries } from "../../runtime/federated/entries.js";
import { exactTensors, mostBytes, readTensors } from "../../runtime/federated/tensors.js";
import { topIndexes } from "../../runtime/federated/top-k.js";
import { joined } from "../../runtime/pipeline/copy.js";
import { compression, tensor } from "./arbitraries.js";

function bytesOf([first, ...others]: readonly ArrayBuffer[]): Uint8Array {
  return new Uint8Array(joined(first, ...others));
}

function dense(entries: Entries, length: number): Int32Array {
  const values = new Int32Array(length);
  addEntries(values, entries);
  return values;
}

it("an exact block is what it was made of", () => {
  fc.assert(
    fc.property(tensor(), (values) => {
      const { entries, end } = readBlock(bytesOf(exactBlock(values)), 0, values.length)!;
      expect(dense(entries, values.length)).toEqual(values);
      expect(end).toBe(16 + 4 * values.length);
    }),
  );
});

it("a compressed block has the greatest elements, to half a step with 8 bits, and is never longer than a dense one", () => {
  fc.assert(
    fc.property(tensor(), compression, (values, how) => {
      const { length } = values;
      const bytes = bytesOf(compressedBlock(values, how));
      expect(bytes.length).toBeLessThanOrEqual(16 + (((how.bits / 8) * length + 3) & -4) + 4);
      const { entries, end } = readBlock(bytes, 0, length)!;
      expect(end).toBe(bytes.length);
      const top = topIndexes(values, keptOf(length, how));
      if (entries.indexes) expect(entries.indexes).toEqual(top);
      const step = how.bits === 8 ? new DataView(bytes.buffer).getInt32(8, true) : 0;
      const back = dense(entries, length);
      for (const i of top) expect(2 * Math.abs(back[i] - values[i])).toBeLessThanOrEqual(step);
    }),
  );
});

it("a message of exact tensors is within what links take", () => {
  fc.assert(
    fc.property(fc.array(tensor(1, 20), { minLength: 1, maxLength: 5 }), (tensors) => {
      const lengths = tensors.map(({ length }) => length);
      const bytes = new Uint8Array(exactTensors(tensors));
      expect(bytes.length).toBeLessThanOrEqual(mostBytes(lengths));
      expect(readTensors(bytes, 0, lengths)?.map((entries, t) => dense(entries, lengths[t]))).toEqual(
        tensors,
      );
      expect(readTensors(bytes.slice(0, -4), 0, lengths)).toBeUndefined();
      expect(readTensors(bytes, 0, [...lengths, 1])).toBeUndefined();
      expect(readTensors(bytes, 0, lengths.slice(1))).toBeUndefined();
    }),
  );
});

it("whatever is read has indexes below the length and values of at most 2^31", () => {
  const word = fc.oneof(fc.integer(), fc.nat(20), fc.nat(3));
  const header = fc.tuple(fc.nat(4), fc.oneof(word, fc.nat(8)), word, word);
  const hostile = fc.tuple(header, fc.uint8Array({ maxLength: 60 })).map(([words, rest]) => {
    const bytes = new Uint8Array(16 + rest.length);
    bytes.set(new Uint8Array(Int32Array.from(words).buffer));
    bytes.set(rest, 16);
    return bytes;
  });
  const flipped = fc.tuple(tensor(8, 8), compression, fc.nat(), fc.nat(7)).map(([values, how, at, bit]) => {
    const bytes = bytesOf(compressedBlock(values, how));
    bytes[at % bytes.length] ^= 1 << bit;
    return bytes;
  });
  let read = 0;
  fc.assert(
    fc.property(fc.oneof(hostile, flipped), (bytes) => {
      const block = readBlock(bytes, 0, 8);
      if (!block) return;
      read++;
      const { indexes, values } = block.entries;
      expect(block.end).toBeLessThanOrEqual(bytes.length);
      expect(values.length).toBe(indexes ? indexes.length : 8);
      let last = -1;
      for (const i of indexes ?? []) {
        expect(i > last && i < 8).toBe(true);
        last = i;
      }
    }),
    { numRuns: 2000 },
  );
  expect(read).toBeGreaterThan(100);
});
