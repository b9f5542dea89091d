import { describe, expect, it } from "vitest";
import { decodeCheckpoint, encodeCheckpoint } from "../../../codegen/compress/train/checkpoint.js";
import { problemsOf } from "../../support/problems.js";

const ARRAYS = new Map<string, Float32Array | Float64Array | Uint8Array>([
  ["a", Float32Array.of(1.5, Number.NaN, -0)],
  ["b:c", Float64Array.of(Math.PI)],
  ["", Uint8Array.of(0, 255)],
  ["__proto__", new Float32Array(0)],
  ["7", Float64Array.of(-1e300)],
]);

const bytes = encodeCheckpoint({ fingerprint: "of a training", step: 12, arrays: ARRAYS });
const codes = (found: Uint8Array, fingerprint = "of a training") =>
  problemsOf(() => {
    decodeCheckpoint(found, fingerprint, "train.checkpoint");
    return [];
  });

it("gives back every bit", () => {
  const { step, arrays } = decodeCheckpoint(bytes, "of a training", "x");
  expect(step).toBe(12);
  expect([...arrays].sort()).toEqual([...ARRAYS].sort());
  expect(Object.is((arrays.get("a") as Float32Array)[2], -0)).toBe(true);
});

describe("refuses", () => {
  it("that of another training", () => {
    expect(codes(bytes, "of another").map(({ code }) => code)).toEqual(["checkpoint-other"]);
  });

  it("bytes that are cut off, and any that is changed", () => {
    for (let length = 0; length < bytes.length; length += 7)
      expect(codes(bytes.subarray(0, length)).map(({ code }) => code)).toEqual(["checkpoint-not-read"]);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] ^= 1;
      const found = codes(damaged).map(({ code }) => code);
      expect(found, `byte ${at}`).toHaveLength(1);
      expect(found[0]).toMatch(/^checkpoint-(not-read|other)$/);
    }
  });

  it.each(["", "null", "3", "[]", "{}", '{"format":"xsnn training","version":1}', "\u0000"])(
    "what is none: %j",
    (text) => {
      const [{ code, details }] = codes(new TextEncoder().encode(text));
      expect({ code, details }).toEqual({
        code: "checkpoint-not-read",
        details: { path: "train.checkpoint" },
      });
    },
  );
});
