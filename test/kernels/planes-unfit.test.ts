/** Operators that lanes do not fit are left to other forms, and take planes away from no other. */
import { expect, it, vi } from "vitest";
import { requireValid } from "../../codegen/graph/validate.js";
import { integers } from "../support/arbitraries.js";
import { expectAsRolled } from "./as-rolled.js";
import { Builder, type FilterWeights, type PlanesModel } from "./planes-graphs.js";

vi.mock("../../codegen/plan/choose.js", () => import("./planes-forms.js"));

/** With a factor so large, what a sum becomes has more bits than the widest lane. */
const TOO_LARGE = 2 ** 19;

const attributes = {
  ...{ dilationHeight: 1, dilationWidth: 1, strideHeight: 1, strideWidth: 1 },
  padding: "SAME",
  activation: "NONE",
};

/** Three convolutions one after another, of which one does not fit, and an ADD of the first's output and the last's. */
function chain(unfit: number): PlanesModel {
  const builder = new Builder();
  let last = builder.make([1, 6, 6, 3], 0.02, -3);
  for (let seed = 0; seed < 3; seed++) {
    const weights: FilterWeights = {
      ...{ perChannel: true, scale: 0.001, spread: 1, zeroPoint: 7, isExtreme: false, bias: null },
      gain: seed === unfit ? TOO_LARGE : 1,
      fill: { kind: "random", seed },
    };
    last = builder.weighted("CONV_2D", attributes, last, [3, 3, 3, 3], 0, last.shape, weights);
  }
  const [input, first] = builder.made;
  const sum = { scale: Math.fround(Math.max(first.scale, last.scale)), zeroPoint: 5 };
  const { id } = builder.op("ADD", { activation: "NONE" }, [first.id, last.id], last.shape, sum);
  const { tensors, ops } = builder;
  const graph = { name: "unfit", tensors, ops, inputs: [input.id], outputs: [id], variables: [] };
  requireValid(graph);
  return { graph, input: integers({ kind: "random", seed: 9 }, 108, -3) };
}

it.each([
  { unfit: -1, inPlanes: [0, 1, 2, 3] },
  { unfit: 0, inPlanes: [1, 2] },
  { unfit: 1, inPlanes: [0, 2] },
  { unfit: 2, inPlanes: [0, 1] },
])("where convolution $unfit does not fit, $inPlanes are in planes", ({ unfit, inPlanes }) => {
  const { layers } = expectAsRolled(chain(unfit));
  const planes = layers.filter(({ form }) => form === "planes");
  expect(planes.flatMap(({ opIndexes }) => opIndexes).sort()).toEqual(inPlanes);
});
