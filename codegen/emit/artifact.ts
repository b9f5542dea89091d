/** plan → artifact: everything that goes into the output folder, as bytes. */
import { type Creation, memoryOfPlan } from "../plan/creation.js";
import type { Plan, PlannedLayer } from "../plan/plan.js";
import { kernelModule } from "./kernel.js";
import { manifest, packageJson, packEntry } from "./manifest.js";
import { constantName, generatedLayers, modelModule, modelTypings } from "./module.js";
import { report } from "./report.js";
import { type RuntimeSources, runtimeFiles } from "./runtime-files.js";
import { sharedConstants, sharedModule } from "./shared-constants.js";
import { json } from "./text.js";
import { trainingModules } from "./training.js";
import { transpile } from "./transpile.js";

/** Path in the output folder, with forward slashes, to content. */
export type Artifact = ReadonlyMap<string, Uint8Array>;

/**
 * @param module name of the model's module, as `moduleName` makes it
 * @param sources the runtime to copy from
 * @param beside modules of `runtime/` that the artifact is to carry as well, such as `store/store`
 * @param stage what a part of a model has that runs on several boards
 */
export function emit(
  plan: Plan,
  module: string,
  sources: RuntimeSources,
  beside: readonly string[] = [],
  stage?: StageParts,
): Artifact {
  const runtime = runtimeFiles(sources, [
    "network",
    ...(plan.hot?.bytes ? ["hot"] : []),
    ...trainingModules(plan),
    ...plan.layers.flatMap(modulesOf),
    ...beside,
  ]);
  const source = modelModule(plan, module);
  const kernels = kernelFiles(plan, module);
  const memory = memoryOfPlan(plan);
  const texts = new Map([
    [`${module}.ts`, source],
    [`${module}.js`, transpile(source)],
    [`${module}.d.ts`, modelTypings(plan, module)],
    ...kernels,
    ...runtime.files,
    ...(stage
      ? [["pipeline.ts", stage.layout] as const, ["pipeline.js", transpile(stage.layout)] as const]
      : []),
    [
      "manifest.json",
      manifest(module, modulesIn(kernels), runtime.modules, memory, stage !== undefined, stage?.creation),
    ],
    ["moddable.js", packEntry(module)],
    ["package.json", packageJson(module)],
    ["plan.json", json(report(plan, module))],
  ]);
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array>([["weights.bin", plan.weights]]);
  for (const [path, text] of texts) files.set(path, encoder.encode(text));
  return files;
}

/** What the artifact of a stage has beside a model's: the module `pipeline`, and the machine that it asks for on ESP32 chips. */
export interface StageParts {
  readonly layout: string;
  readonly creation?: Creation;
}

/** The modules of `runtime/` that a layer imports. */
function modulesOf({ code }: PlannedLayer): readonly string[] {
  return "source" in code ? ["layer", ...code.source.imports.keys()] : [code.module];
}

/** The generated kernels, TypeScript and JavaScript. */
function kernelFiles(plan: Plan, module: string): Map<string, string> {
  const files = new Map<string, string>();
  const layers = generatedLayers(plan);
  const shared = sharedConstants(layers.flatMap(({ code }) => ("source" in code ? code.source : [])));
  for (const extension of shared.size > 0 ? ["ts", "js"] : [])
    files.set(`${module}/constants.${extension}`, sharedModule(shared));
  for (const layer of layers) {
    if (!("source" in layer.code)) continue;
    const { ts, js } = kernelModule(plan, layer, layer.code.source, shared);
    files.set(`${module}/${constantName(layer)}.ts`, ts);
    files.set(`${module}/${constantName(layer)}.js`, js);
  }
  return files;
}

/** The specifiers of those files. */
function modulesIn(files: ReadonlyMap<string, string>): readonly string[] {
  return [...files.keys()].filter((path) => path.endsWith(".js")).map((path) => path.slice(0, -3));
}

/** JavaScript that no device gets. */
const OF_NODE_AND_PACKERS = ["xsnn/weights.js", "moddable.js"];

/** Bytes of the JavaScript that a device gets: the model's module and the runtime's. */
export function javascriptBytes(artifact: Artifact): number {
  return [...artifact]
    .filter(([path]) => path.endsWith(".js") && !OF_NODE_AND_PACKERS.includes(path))
    .reduce((sum, [, bytes]) => sum + bytes.length, 0);
}
