/** Layers in bands wherever they can be, against rolled loops: every tensor of random graphs, byte by byte. */
import fc from "fast-check";
import { expect, it, vi } from "vitest";
import type { Rest, Way } from "../../codegen/kernels/planes/ways.js";
import { plan } from "../../codegen/plan/plan.js";
import { observed } from "../support/observed.js";
import { isValid } from "../support/valid.js";
import { planesCase, planesModel, withoutSums } from "./planes-graphs.js";

/** How often layers were computed in bands, in pairs within bands, and as a whole from or into bands. */
const taken = vi.hoisted(() => ({
  choices: 0,
  bands: new Map<number, number>(),
  pairedInBands: 0,
  whole: 0,
}));

vi.mock("../../codegen/plan/choose.js", () => import("./planes-forms.js"));
vi.mock("../../codegen/kernels/planes/ways.js", () => {
  const pick = <T>(all: readonly T[]): T => all[(taken.choices++ * 7) % all.length];
  return {
    isWide: () => true,
    cheapestRest(rests: readonly Rest[]): Rest {
      const rest = rests.length === 1 ? rests[0] : pick(rests.slice(1));
      return rest;
    },
    cheapestWay(ways: readonly Way[]): Way {
      const banded = ways.filter(({ bands }) => bands > 1);
      // A whole image is computed from bands, too.
      const way = banded.length === 0 || taken.choices % 5 === 0 ? pick(ways) : pick(banded);
      taken.bands.set(way.bands, (taken.bands.get(way.bands) ?? 0) + 1);
      if (way.bands > 1 && way.isPaired) taken.pairedInBands++;
      if (way.bands === 1 && banded.length > 0) taken.whole++;
      return way;
    },
  };
});

/** Images of many heights that can be cut, and a second convolution, as the first mostly reads the arena. */
const bandedCase = fc
  .record({
    given: planesCase,
    height: fc.constantFrom(4, 6, 8, 8, 9, 12, 16, 16, 18, 24),
    width: fc.integer({ min: 1, max: 9 }),
    isPlain: fc.boolean(),
    isThreeRows: fc.boolean(),
    padding: fc.constantFrom<"SAME" | "VALID">("SAME", "SAME", "VALID"),
  })
  .map(({ given, height, width, isPlain, isThreeRows, padding }) => {
    const [first, second = first, ...rest] = given.convolutions;
    const dense = { strides: [1, 1], dilations: [1, 1], padding: "SAME" } satisfies Partial<typeof first>;
    const kernel: typeof first.kernel = isThreeRows ? [3, 3] : second.kernel;
    const convolutions = [
      { ...first, ...dense, kind: "conv" as const },
      { ...second, padding, kernel, ...(isPlain && { ...dense, kind: "conv" as const }) },
      ...(rest.length > 0 ? rest : [first]),
    ];
    return { ...given, height, width, convolutions };
  });

it.each([
  ["500 random graphs", 500, 19, false],
  ["300 others", 300, 1, false],
  ["300 random graphs of int16", 300, 1, true],
] as const)("%s have the same tensors in bands as in loops", (_, runs, seed, isWide) => {
  let refused = 0;
  Object.assign(taken, { choices: seed, bands: new Map(), pairedInBands: 0, whole: 0 });
  const property = fc.property(fc.noBias(bandedCase), (it) => {
    const { graph, input } = isWide ? planesModel(withoutSums(it), true) : planesModel(it);
    if (!isValid(graph)) {
      refused++;
      return;
    }
    const rolled = observed(plan(graph, { forms: [] }), input);
    for (const [id, bytes] of observed(plan(graph), input))
      expect(bytes, `tensor ${id}`).toEqual(rolled.get(id));
  });
  fc.assert(property, { seed, numRuns: runs, endOnFailure: true });
  expect(refused).toBeLessThan(0.1 * runs);
  for (const bands of [2, 3, 4]) expect(taken.bands.get(bands), `${bands} bands`).toBeGreaterThan(5);
  expect(taken.pairedInBands).toBeGreaterThan(10);
  expect(taken.whole).toBeGreaterThan(10);
});
