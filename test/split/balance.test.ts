import { expect, it } from "vitest";
import { narrowed } from "../../codegen/split/balance.js";
import { everyFeature } from "../emit/graphs.js";

const graph = everyFeature();
const shares = graph.ops.map(() => 1);

it("a stage gets narrower by one piece on either side, unless it has but one", () => {
  const cut = (op: number) => ({ op, part: 0 });
  const ops = (stage: number) =>
    narrowed(graph, shares, [cut(1), cut(4)], stage).map((cuts) => cuts.map(({ op }) => op));
  expect(ops(0)).toEqual([]);
  expect(ops(1)).toEqual([
    [2, 4],
    [1, 3],
  ]);
  expect(ops(2)).toEqual([[1, 5]]);
});
