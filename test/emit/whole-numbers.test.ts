import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { report } from "../../codegen/emit/report.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { plan } from "../../codegen/plan/plan.js";
import { inParts, layerFrom } from "../../codegen/split/parts.js";

it("plan.json has whole instructions, as who reads it back wants them: those of a concatenation of uneven parts too", () => {
  const path = "models/digits/digits.tflite";
  const graph = runPasses(importModel(readFileSync(path), path));
  const convolutions = [...graph.ops.keys()].filter(
    (op) => graph.ops[op].kind === "CONV_2D" && layerFrom(graph, op),
  );
  const parted = inParts(graph, [{ op: convolutions[convolutions.length - 1], at: [8] }]);
  const { layers } = report(plan(parted, { forms: [] }), "digits");
  expect(layers.map(({ kind }) => kind)).toContain("CONCATENATION");
  for (const { instructions, longestStep } of layers) {
    expect(Number.isSafeInteger(instructions)).toBe(true);
    expect(Number.isSafeInteger(longestStep)).toBe(true);
  }
});
