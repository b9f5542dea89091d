import fc from "fast-check";
import { expect, it } from "vitest";
import { isWhole, residueByHalves, residueByWords } from "../../runtime/pipeline/check.js";
import { Decoder } from "../../runtime/pipeline/decoder.js";
import { AT_SEQUENCE, DATA, finished, newFrame, payloadOf, SYNC } from "../../runtime/pipeline/frame.js";

const MODULUS = 2n ** 32n - 5n;

/** A frame whose payload is made of sync words as likely as of anything else. */
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.integer({ min: 0, max: 50 }).map((n) => new Uint8Array(new Int32Array(n).fill(SYNC).buffer)),
);

function frame(bytes: Uint8Array, sequence = 7): Uint8Array {
  const words = newFrame(DATA, bytes, 0);
  words[AT_SEQUENCE] = sequence;
  return finished(words);
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((sum, byte) => (sum << 8n) + BigInt(byte), 0n);
}

/** What a decoder makes of pieces of a stream. */
function decoded(pieces: readonly Uint8Array[]): string[] {
  const found: string[] = [];
  const decoder = new Decoder(200, 0, (words) => {
    if (!isWhole(new Uint8Array(words.buffer))) return false;
    found.push(`${words[AT_SEQUENCE]}:${Buffer.from(payloadOf(words)).toString("hex")}`);
    return true;
  });
  for (const piece of pieces) decoder.push(piece);
  while (decoder.isPending) decoder.giveUp();
  return found;
}

const named = (payloads: readonly Uint8Array[]) =>
  payloads.map((bytes, i) => `${i}:${Buffer.from(bytes).toString("hex")}`);

it("a frame leaves the same rest modulo 2^32 - 5, of any length up to the longest", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096, size: "max" }), (bytes) => {
      const whole = frame(bytes);
      expect(numberOf(whole) % MODULUS).toBe(0x2b7e1516n);
      expect([residueByHalves(whole), residueByWords(whole)]).toEqual([0x2b7e1516, 0x2b7e1516]);
      expect(isWhole(whole)).toBe(true);
    }),
  );
});

it("finds every flipped bit, every burst of 31 bits, and every two flipped bits that were tried", () => {
  const whole = frame(Uint8Array.from({ length: 64 }, (_, i) => 31 * i));
  const bits = 8 * whole.length;
  const flipped = (...places: number[]) => {
    const bytes = whole.slice();
    for (const place of places) bytes[place >> 3] ^= 1 << (place & 7);
    return bytes;
  };
  for (let i = 0; i < bits; i++) expect(isWhole(flipped(i))).toBe(false);
  const place = fc.integer({ min: 0, max: bits - 1 });
  fc.assert(fc.property(place, place, (i, j) => i === j || !isWhole(flipped(i, j))));
  const burst = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bits - 31 }), burst, (from, offsets) => {
      expect(isWhole(flipped(...offsets.map((offset) => from + offset)))).toBe(false);
    }),
  );
});

it("frames come out however the stream is cut into pieces", () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(payload, { maxLength: 6 }), sizes, (payloads, lengths) => {
      const stream = Buffer.concat(payloads.map((bytes, i) => frame(bytes, i)));
      const pieces: Uint8Array[] = [];
      for (let at = 0, i = 0; at < stream.length; at += lengths[i++ % lengths.length])
        pieces.push(stream.subarray(at, at + lengths[i % lengths.length]));
      expect(decoded(pieces)).toEqual(named(payloads));
    }),
  );
});

it("noise before, between and after frames costs none of them", () => {
  const noise = fc.uint8Array({ maxLength: 80 });
  fc.assert(
    fc.property(fc.array(fc.tuple(noise, payload), { maxLength: 5 }), noise, (parts, end) => {
      const pieces = parts.flatMap(([before, bytes], i) => [before, frame(bytes, i)]);
      expect(decoded([...pieces, end])).toEqual(named(parts.map(([, bytes]) => bytes)));
    }),
  );
});

it("a frame that is cut short is given up for the next", () => {
  const first = frame(new Uint8Array(100), 0);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: first.length - 1 }), (length) => {
      expect(decoded([first.subarray(0, length), frame(Uint8Array.of(9), 1)])).toEqual(["1:09"]);
    }),
  );
});
