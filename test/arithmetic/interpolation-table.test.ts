import { crc32 } from "node:zlib";
import { expect, it } from "vitest";
import { interpolationTable } from "../../codegen/arithmetic/interpolation-table.js";

/** Checksums of what TFLM's own LUTPopulate made (micro/kernels/softmax_common.cc, compiled without fused products). */
it.each([
  ["exp(x)", 10, 32767, Math.exp, 2893938602],
  ["1 / (1 + x)", 1, -32768, (x: number) => 1 / Math.fround(1 + x), 972789333],
])("the table of %s for SOFTMAX is TFLM's", (_, width, zeroPoint, f, checksum) => {
  const entries = interpolationTable(width, zeroPoint, f);
  expect(entries).toHaveLength(513);
  expect(crc32(new Uint8Array(Int16Array.from(entries).buffer))).toBe(checksum);
});
