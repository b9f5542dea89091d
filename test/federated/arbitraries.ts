import fc from "fast-check";
import { MOST_VALUE } from "../../runtime/federated/eight-bits.js";

/** A tensor of differences: many zeros, many alike, and the extremes. */
export const tensor = (least = 1, most = 100) =>
  fc
    .array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constant(0) },
        { weight: 4, arbitrary: fc.integer({ min: -300, max: 300 }) },
        { weight: 1, arbitrary: fc.integer({ min: -MOST_VALUE, max: MOST_VALUE }) },
        { weight: 1, arbitrary: fc.constantFrom(MOST_VALUE, -MOST_VALUE) },
      ),
      { minLength: least, maxLength: most },
    )
    .map((values) => Int32Array.from(values));

export const compression = fc.record({
  bits: fc.constantFrom(8 as const, 32 as const),
  permille: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constant(1000)),
});
