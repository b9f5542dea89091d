import { expect, it } from "vitest";
import { validateFloat } from "../../codegen/float/validate.js";
import { passed } from "./float-equality.js";
import { randomFloatGraph } from "./float-graphs.js";

const GRAPHS = 600;

/** Operators one after another add up their rounding. */
const TOLERANCE = 1e-5;

it(`${GRAPHS} random graphs compute the same after the passes, most of them with fewer transpositions`, () => {
  let [before, after, refused] = [0, 0, 0];
  for (let seed = 1; seed <= GRAPHS; seed++) {
    const { build, graph } = randomFloatGraph(seed);
    if (validateFloat(graph).length > 0) {
      refused++; // for dimensions beyond those that operators take
      continue;
    }
    const transposes = ({ ops }: typeof graph) => ops.filter(({ kind }) => kind === "TRANSPOSE").length;
    before += transposes(graph);
    after += transposes(passed(build, graph, TOLERANCE));
  }
  expect(refused).toBeLessThan(GRAPHS / 50);
  expect(after).toBeLessThan(before / 4);
});
