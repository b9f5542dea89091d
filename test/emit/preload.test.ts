/** What generated modules leave in flash when they are preloaded. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { boardByName, type ChipBoard } from "../../boards/board.js";
import { withPipeline } from "../../boards/chain/stage-job.js";
import { limitsOf } from "../../boards/fit.js";
import { stageBoard } from "../../boards/stage.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { type Artifact, emit } from "../../codegen/emit/artifact.js";
import { importModel } from "../../codegen/import/import-model.js";
import { fusePadding } from "../../codegen/passes/fuse-padding.js";
import { runPasses } from "../../codegen/passes/index.js";
import { plan } from "../../codegen/plan/plan.js";
import { layoutModule, layoutOf } from "../../codegen/split/layout.js";
import { parseLink } from "../../codegen/split/link.js";
import { splitModel } from "../../codegen/split/split-model.js";
import { TRAINING_DEFAULTS } from "../../codegen/training/options.js";
import { bigintElements, elementsIn } from "../support/bigint-elements.js";

const sources = await runtimeSources();
const c3 = (await boardByName("esp32-c3")) as ChipBoard;
const path = "models/digits/digits.tflite";
const digits = fusePadding(runPasses(importModel(readFileSync(path), path)));

/** An artifact with another module that is preloaded. */
function withModule(artifact: Artifact, text: string): Artifact {
  const manifest = JSON.parse(new TextDecoder().decode(artifact.get("manifest.json")));
  manifest.modules.more = "./more.js";
  manifest.preload.push("more");
  const encoder = new TextEncoder();
  return new Map([
    ...artifact,
    ["more.js", encoder.encode(text)],
    ["manifest.json", encoder.encode(JSON.stringify(manifest))],
  ]);
}

it("no BigInt is an element of an array: planes on a board", async () => {
  const planned = plan(digits, limitsOf(c3));
  expect(planned.layers.map(({ form }) => form)).toContain("planes");
  expect(await bigintElements(emit(planned, "digits", sources))).toEqual([]);
});

it("no BigInt is an element of an array: columns", async () => {
  const planned = plan(digits, { forms: ["columns"] });
  expect(planned.layers.map(({ form }) => form)).toContain("columns");
  expect(await bigintElements(emit(planned, "digits", sources))).toEqual([]);
});

it("no BigInt is an element of an array: a head that learns", async () => {
  const train = { layers: [{ name: "head" }], ...TRAINING_DEFAULTS };
  const artifact = emit(plan(digits, { ...limitsOf(c3), train }), "digits", sources);
  expect([...artifact.keys()]).toContain("xsnn/training/trainable-network.js");
  expect(await bigintElements(artifact)).toEqual([]);
});

it("no BigInt is an element of an array: stages, and the runtime of links", async () => {
  const board = stageBoard(c3);
  const { stages } = splitModel(digits, [board, board], [parseLink("uart:3000000")], "throughput");
  for (const { planned } of stages) {
    const layout = layoutOf(planned.graph, "");
    const made = emit(planned.plan, "stage", sources, [], { layout: layoutModule(layout) });
    const artifact = withPipeline(made, layout, sources);
    expect(await bigintElements(artifact)).toEqual([]);
  }
});

it("such elements are found wherever modules put them", async () => {
  const artifact = withModule(
    emit(plan(digits, { forms: [] }), "digits", sources),
    `import { Network } from "./xsnn/network.js";
const masks = Object.freeze([1n, 2]);
const tables = { of: [{ low: [-3n] }] };
const made = [];
for (let i = 0; i < 2; i++) made.push(BigInt(i));
const sound = { mask: 5n, levels: [{ power: 7n }], bytes: new BigInt64Array(1), Network };
class Kernel { static shifts = [8n]; }
function kernel() { return [9n, masks, tables, made, sound, Kernel]; }
export default kernel;
`,
  );
  expect((await bigintElements(artifact)).sort()).toEqual([
    "more: Kernel.shifts.0",
    "more: made.0",
    "more: made.1",
    "more: masks.0",
    "more: tables.of.0.low.0",
  ]);
});

it("cycles and getters do not matter", () => {
  const value: Record<string, unknown> = { list: [[1n]] };
  value.itself = value;
  Object.defineProperty(value, "never", { get: () => [1n] });
  expect(elementsIn(value)).toEqual(["list.0.0"]);
});
