/** plan → artifact: everything that goes into the output folder, as bytes. */
import { modelMemory } from "../plan/creation.js";
import type { Plan } from "../plan/plan.js";
import { manifest, packageJson } from "./manifest.js";
import { modelModule, modelTypings } from "./module.js";
import { report } from "./report.js";
import { type RuntimeSources, runtimeFiles } from "./runtime-files.js";
import { json } from "./text.js";
import { transpile } from "./transpile.js";

/** Path in the output folder, with forward slashes, to content. */
export type Artifact = ReadonlyMap<string, Uint8Array>;

/**
 * @param module name of the model's module, as `moduleName` makes it
 * @param sources the runtime to copy from
 */
export function emit(plan: Plan, module: string, sources: RuntimeSources): Artifact {
  const runtime = runtimeFiles(sources, ["network", ...plan.layers.map((layer) => layer.module)]);
  const source = modelModule(plan, module);
  const memory = modelMemory(plan.arena.bytes, plan.inputs.length, plan.outputs.length);
  const texts = new Map([
    [`${module}.ts`, source],
    [`${module}.js`, transpile(source)],
    [`${module}.d.ts`, modelTypings(plan, module)],
    ...runtime.files,
    ["manifest.json", manifest(module, runtime.modules, memory)],
    ["package.json", packageJson(module)],
    ["plan.json", json(report(plan, module))],
  ]);
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array>([["weights.bin", plan.weights]]);
  for (const [path, text] of texts) files.set(path, encoder.encode(text));
  return files;
}

/** Bytes of the JavaScript that a device gets: the model's module and the runtime's. */
export function javascriptBytes(artifact: Artifact): number {
  return [...artifact]
    .filter(([path]) => path.endsWith(".js") && path !== "xsnn/weights.js")
    .reduce((sum, [, bytes]) => sum + bytes.length, 0);
}
