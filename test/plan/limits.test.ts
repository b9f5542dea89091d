/** Plans keep to the flash and the memory that they are given, as far as any plan does. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { DEFAULT_CHUNK_BYTES, DEFAULT_SLOTS } from "../../codegen/cost/collections.js";
import { heapOf, modelCost } from "../../codegen/cost/model.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { memoryOfPlan } from "../../codegen/plan/creation.js";
import type { PlanOptions } from "../../codegen/plan/options.js";
import { type Plan, plan } from "../../codegen/plan/plan.js";
import { Refusal } from "../../codegen/problems/problem.js";
import { type PlanesCase, planesCase, planesModel } from "../kernels/planes-graphs.js";

function instructionsOf(planned: Plan, chunkBytes = DEFAULT_CHUNK_BYTES): number {
  return modelCost(planned.layers, heapOf(planned, { chunkBytes, slots: DEFAULT_SLOTS })).instructions;
}

const forms = ["rolled", "unrolled", "columns", "planes"] as const;

/** A graph that the compiler takes: random factors and sums may be more than int32 holds. */
function graphOf(it: PlanesCase): Graph {
  const { graph } = planesModel(it);
  try {
    requireValid(graph);
  } catch (error) {
    fc.pre(!(error instanceof Refusal));
  }
  return graph;
}

/** Plans of a graph that no limit had a say in. */
function plansOf(graph: Graph): Plan[] {
  const options: PlanOptions[] = [
    ...forms.map((form) => ({ forms: [form] })),
    ...(["speed", "size", "ram"] as const).map((optimize) => ({ optimize })),
  ];
  return options.map((it) => plan(graph, it));
}

it("no plan takes more flash than there is, if any plan takes less; less flash makes no plan faster", () => {
  fc.assert(
    fc.property(
      planesCase,
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
      (it, shares) => {
        const graph = graphOf(it);
        const plans = plansOf(graph);
        const sizes = plans.map(({ flashBytes }) => flashBytes);
        const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
        const limits = shares.map((share) => least + Math.ceil(share * (most - least))).sort((a, b) => b - a);
        let fewest = instructionsOf(plan(graph));
        for (const flashBytes of limits) {
          const limited = plan(graph, { flashBytes });
          expect(limited.flashBytes).toBeLessThanOrEqual(flashBytes);
          const instructions = instructionsOf(limited);
          expect(instructions).toBeGreaterThanOrEqual(fewest);
          fewest = instructions;
        }
      },
    ),
    { numRuns: 12 },
  );
});

it("no plan has more live at once than there is room for, if any plan has less", () => {
  fc.assert(
    fc.property(planesCase, fc.double({ min: 0.5, max: 1.5, noNaN: true }), (it, share) => {
      const graph = graphOf(it);
      const lives = plansOf(graph).map((found) => memoryOfPlan(found).chunkBytes);
      const least = Math.min(...lives);
      const chunkBytes = Math.ceil((share * Math.max(...lives)) / 0.85);
      const live = memoryOfPlan(plan(graph, { chunkBytes })).chunkBytes;
      if (least <= 0.85 * chunkBytes) expect(live).toBeLessThanOrEqual(chunkBytes);
      else expect(live).toBeLessThanOrEqual(Math.max(least, chunkBytes));
    }),
    { numRuns: 12 },
  );
});
