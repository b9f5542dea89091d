import { expect, it } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import type { PlanOptions } from "../../codegen/plan/options.js";
import { plan } from "../../codegen/plan/plan.js";
import { crossing, cutPositions } from "../../codegen/split/cuts.js";
import { withLanes } from "../../codegen/split/lanes.js";
import { describeGolden, goldenFile, goldenModel } from "../golden/golden.js";
import { Stages } from "./run-stages.js";

function graphOf(name: string): Graph {
  return runPasses(importModel(goldenFile(name), `${name}.tflite`));
}

/** Compares a model cut at these positions with what TFLM computes with the whole of it. */
function expectGolden(
  name: string,
  graph: Graph,
  positions: readonly number[],
  options: PlanOptions,
  count: number,
) {
  const stages = new Stages(graph, positions, options);
  for (const { k, steps, output } of goldenModel(name, count).vectors) {
    stages.reset();
    const outputs = Buffer.concat(steps.map((inputs) => stages.run(inputs)));
    expect(outputs.equals(output), `${name} cut at ${positions}, vector ${k}`).toBe(true);
  }
}

describeGolden("a model in two stages, cut at every position, has the outputs of the whole", () => {
  it.each([
    ["kws_ref_int8", 12],
    ["magic_wand_int8", 5],
  ])("%s, every vector, on rolled kernels", (name, cuts) => {
    const graph = graphOf(name);
    const positions = cutPositions(graph).slice(1, -1);
    expect(positions).toHaveLength(cuts);
    for (const position of positions)
      expectGolden(name, graph, [position], { forms: [] }, Number.POSITIVE_INFINITY);
  });

  it.each(["kws_ref_int8", "magic_wand_int8"])("%s, on the kernels that boards get", (name) => {
    const graph = graphOf(name);
    for (const position of cutPositions(graph).slice(1, -1)) expectGolden(name, graph, [position], {}, 1);
  });

  it.each(["resnet8_int8", "mww_v2_hey_jarvis", "mnist_lstm_int8"])("%s, on rolled kernels", (name) => {
    const graph = graphOf(name);
    const positions = cutPositions(graph).slice(1, -1);
    expect(positions.length).toBeGreaterThan(0);
    for (const position of positions) expectGolden(name, graph, [position], { forms: [] }, 1);
  });
});

describeGolden("a model in two stages of which one sends planes has the outputs of the whole", () => {
  it.each([
    ["kws_ref_int8", [1, 2, 3, 4, 5, 6, 7, 8]],
    ["magic_wand_int8", [1]],
    // Two tensors cross there, a residual edge beside the branch; in bands of rows, and without.
    ["resnet8_int8", [2, 5]],
  ])("%s", (name, positions) => {
    const plain = graphOf(name);
    const graph = withLanes(plain, plan(plain, { chunkBytes: 137_100 }));
    for (const position of positions) {
      const isSent = crossing(graph, position).map((id) => graph.tensors[id].lanes !== undefined);
      expect(isSent).not.toContain(false);
      expectGolden(name, graph, [position], { chunkBytes: 182_800 }, 1);
    }
  });
});

describeGolden("a model in as many stages as there can be has the outputs of the whole", () => {
  it.each(["kws_ref_int8", "magic_wand_int8", "resnet8_int8", "mww_v2_hey_jarvis"])("%s", (name) => {
    const graph = graphOf(name);
    expectGolden(name, graph, cutPositions(graph).slice(1, -1), { forms: [] }, 2);
  });
});

describeGolden("what crosses a cut", () => {
  it("is a residual edge beside the branch that it passes", () => {
    const graph = graphOf("resnet8_int8");
    const counts = cutPositions(graph).map((position) => crossing(graph, position).length);
    expect(Math.max(...counts)).toBe(2);
  });

  it("never parts the accesses of a variable", () => {
    const graph = graphOf("mww_v2_hey_jarvis");
    const positions = cutPositions(graph);
    for (const variable of graph.variables.keys()) {
      const users = [...graph.ops.entries()]
        .filter(([, op]) => op.kind === "READ_VARIABLE" || op.kind === "ASSIGN_VARIABLE")
        .filter(([, op]) => "variable" in op.attributes && op.attributes.variable === variable)
        .map(([index]) => index);
      expect(users.length).toBeGreaterThan(1);
      const [first, last] = [Math.min(...users), Math.max(...users)];
      expect(positions.filter((position) => position > first && position <= last)).toEqual([]);
    }
  });
});
