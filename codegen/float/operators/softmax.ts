import type { SoftmaxAttributes } from "../../ops/softmax.js";
import type { FloatOperator } from "../operator.js";
import { requireFloat32 } from "../support/checks.js";

/** Along the last dimension (reference/softmax.h). */
export const softmax: FloatOperator<SoftmaxAttributes> = {
  kind: "SOFTMAX",
  check: requireFloat32,

  run(node, [input]) {
    const depth = node.input(0).shape.at(-1) ?? 1;
    const { beta } = node.attributes;
    const output = new Float32Array(input!.length);
    for (let start = 0; start < output.length; start += depth) {
      const row = input!.subarray(start, start + depth);
      const most = row.reduce((a, b) => Math.max(a, b));
      const powers = Float64Array.from(row, (x) => Math.exp((x - most) * beta));
      const sum = powers.reduce((a, b) => a + b);
      output.set(
        powers.map((power) => power / sum),
        start,
      );
    }
    return [output];
  },
};
