/** Rows computed in pairs wherever they can be, against rolled loops: every tensor of random graphs, byte by byte. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { Rest, Way } from "../../codegen/kernels/planes/ways.js";
import { isValid } from "../support/valid.js";
import { expectAsRolled } from "./as-rolled.js";
import { planesCase, planesModel, withoutSums } from "./planes-graphs.js";

const taken = vi.hoisted(() => ({ heads: 0, halved: 0 }));

vi.mock("../../codegen/plan/choose.js", () => import("./planes-forms.js"));
vi.mock("../../codegen/kernels/planes/ways.js", () => ({
  isWide: () => false,
  cheapestRest(rests: readonly Rest[]): Rest {
    const rest = rests[taken.heads % rests.length];
    if (rest.isHalved) taken.halved++;
    return rest;
  },
  cheapestWay(ways: readonly Way[]): Way {
    const paired = ways.find(({ isPaired }) => isPaired);
    if (paired) taken.heads++;
    return paired ?? ways[0];
  },
}));

/** A layer that brings the input into planes, layers with kernels of three rows, and what may come between and after. */
const pairedCase = fc
  .record({
    given: planesCase,
    height: fc.constantFrom(2, 4, 8, 16),
    width: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(2, 4, 8)),
    channels: fc.integer({ min: 8, max: 16 }),
    kernelWidth: fc.constantFrom(1, 2, 3, 3, 3, 3, 5),
    isExtreme: fc.boolean(),
    isLong: fc.boolean(),
    stride: fc.constantFrom(1, 2),
    isPointwise: fc.boolean(),
  })
  .map(({ given, height, width, channels, kernelWidth, isExtreme, isLong, stride, isPointwise }) => {
    const plain = { strides: [1, 1], dilations: [1, 1], padding: "SAME" } satisfies Partial<Convolution>;
    const [first, second = first, ...rest] = given.convolutions;
    const weights = { ...second.weights, isExtreme: isExtreme || second.weights.isExtreme };
    const kind: Convolution["kind"] = second.kind === "sum" ? "sum" : "conv";
    const kernel: Convolution["kernel"] = [3, kernelWidth];
    const paired: Convolution = { ...second, ...plain, kind, weights, kernel };
    const convolutions: Convolution[] = [
      { ...first, ...plain, kind: "conv", outputs: channels },
      paired,
      ...rest.slice(0, 1),
    ];
    if (!isLong) return { ...given, height, width, convolutions };
    // What comes between rests, and is read again with a stride or row by row.
    const strides: Convolution["strides"] = [stride, stride];
    const last: Convolution = { ...paired, kind: "conv", strides, kernel: isPointwise ? [1, 1] : kernel };
    const end = "average" as const;
    return { ...given, height, width, end, convolutions: [...convolutions.slice(0, 2), last] };
  });

type Convolution = (typeof planesCase extends fc.Arbitrary<infer T> ? T : never)["convolutions"][number];

it.each([
  ["250 random graphs", 250, 7, false],
  ["120 random graphs of int16", 120, 8, true],
] as const)("%s have the same tensors with rows in pairs as in loops", (_, runs, seed, isWide) => {
  let refused = 0;
  taken.heads = 0;
  taken.halved = 0;
  const property = fc.property(fc.noBias(pairedCase), (it) => {
    const model = isWide ? planesModel(withoutSums(it), true) : planesModel(it);
    if (!isValid(model.graph)) {
      refused++;
      return;
    }
    expectAsRolled(model);
  });
  fc.assert(property, { seed, numRuns: runs });
  expect(refused).toBeLessThan(0.2 * runs);
  expect(taken.heads).toBeGreaterThan(0.75 * runs);
  expect(taken.halved).toBeGreaterThan(0.1 * runs);
});
