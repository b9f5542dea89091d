import fc from "fast-check";
import { expect, it } from "vitest";
import { addEntries } from "../../runtime/federated/entries.js";
import { Feedback } from "../../runtime/federated/feedback.js";
import { readTensors } from "../../runtime/federated/tensors.js";
import { compression } from "./arbitraries.js";

const LENGTHS = [40, 3];

const tensors = fc.tuple(
  ...LENGTHS.map((length) =>
    fc
      .array(fc.integer({ min: -5000, max: 5000 }), { minLength: length, maxLength: length })
      .map((values) => Int32Array.from(values)),
  ),
);

it("what is sent adds up to all differences in the end, whatever each message left out", () => {
  fc.assert(
    fc.property(fc.array(tensors, { minLength: 1, maxLength: 6 }), compression, (differences, how) => {
      const feedback = new Feedback(LENGTHS);
      const sent = LENGTHS.map((length) => new Int32Array(length));
      const wanted = LENGTHS.map((length) => new Int32Array(length));
      const take = (to: readonly Int32Array[], compressing = how) => {
        const { blocks, entries } = feedback.compress(to, undefined, compressing);
        expect(readTensors(new Uint8Array(blocks), 0, LENGTHS)).toEqual(entries);
        for (const [t, tensor] of sent.entries()) addEntries(tensor, entries[t]);
      };
      for (const difference of differences) {
        for (const [t, tensor] of wanted.entries())
          addEntries(tensor, { indexes: undefined, values: difference[t] });
        take(difference);
      }
      take(
        LENGTHS.map((length) => new Int32Array(length)),
        { bits: 32, permille: 1000 },
      );
      expect(sent).toEqual(wanted);
    }),
  );
});

it("with 8 bits and one element in ten, what is left out does not grow without end", () => {
  const feedback = new Feedback([100]);
  const always = Int32Array.from({ length: 100 }, (_, i) => 1000 + 7 * i);
  const sent = new Int32Array(100);
  for (let round = 0; round < 200; round++)
    addEntries(sent, feedback.compress([always], undefined, { bits: 8, permille: 100 }).entries[0]);
  for (const [i, value] of always.entries()) expect(Math.abs(200 * value - sent[i])).toBeLessThan(20 * 1700);
});
