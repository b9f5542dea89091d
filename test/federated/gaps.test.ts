import fc from "fast-check";
import { expect, it } from "vitest";
import { packGaps, unpackGaps } from "../../runtime/federated/gaps.js";

const indexes = fc
  .uniqueArray(fc.oneof(fc.nat(300), fc.nat(5000), fc.constantFrom(254, 255, 256, 510, 511)))
  .map((all) => Int32Array.from(all).sort());

it("gives indexes back", () => {
  fc.assert(
    fc.property(indexes, (all) => {
      const limit = (all.at(-1) ?? 0) + 1;
      const bytes = packGaps(all);
      expect(unpackGaps(bytes, all.length, limit)).toEqual(all);
      if (all.length > 0) expect(unpackGaps(bytes, all.length, limit - 1)).toBeUndefined();
    }),
  );
});

it("takes only bytes that are such indexes, in one way", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), fc.nat(12), fc.nat(3000), (bytes, count, limit) => {
      const all = unpackGaps(bytes, count, limit);
      if (all) expect(packGaps(all)).toEqual(bytes);
    }),
  );
  expect(unpackGaps(Uint8Array.of(255), 0, 1000)).toBeUndefined();
  expect(unpackGaps(Uint8Array.of(1, 255), 1, 1000)).toBeUndefined();
});
