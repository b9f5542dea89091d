/** The Moddable manifest of an artifact: `"include": "…/manifest.json"` makes the model importable by its name. */

import { type Creation, type Family, type Memory, manifestCreation } from "../plan/creation.js";
import { json } from "./text.js";

/** Slots that a simulator's machine has for its stack where no manifest says more; its heaps grow, its stack does not. */
const SIMULATOR_STACK = 384;

/**
 * Memory is asked for by platform, and only where a target's default is too small: manifests are merged in the order in
 * which they are included, property by property and the application's own last, so that what stands here replaces the
 * target's default and whatever the application says replaces this.
 *
 * @param kernelModules names of the modules of generated kernels, their paths without extension
 * @param runtimeModules names of the modules under `xsnn/`, `weights` not included
 * @param memory what the model takes
 * @param isStage whether it has a module `pipeline`
 * @param stage the machine that a stage of a model asks for on ESP32 chips
 */
export function manifest(
  module: string,
  kernelModules: readonly string[],
  runtimeModules: readonly string[],
  memory: Memory,
  isStage = false,
  stage?: Creation,
): string {
  const modules: Record<string, string | string[]> = { [module]: [`./${module}.js`, `./${module}.d.ts`] };
  for (const name of kernelModules) modules[name] = `./${name}.js`;
  if (isStage) modules[`${module}/pipeline`] = "./pipeline.js";
  for (const name of runtimeModules) modules[`xsnn/${name}`] = `./xsnn/${name}.js`;
  modules["xsnn/weights"] = "./xsnn/moddable/weights.js";
  const preload = [
    module,
    ...(isStage ? [`${module}/pipeline`] : []),
    ...kernelModules,
    ...runtimeModules.map((name) => `xsnn/${name}`),
  ];
  // Moddable knows data by the last part of their name only.
  const data = { [`${module}-weights`]: "./weights.bin" };
  const platforms: Record<string, { creation: Partial<Creation> }> = {};
  for (const family of ["esp", "esp32"] as const satisfies readonly Family[]) {
    const creation = (family === "esp32" && stage) || manifestCreation(memory, family);
    if (creation) platforms[family] = { creation };
  }
  if (memory.stackSlots > SIMULATOR_STACK)
    for (const simulator of ["lin", "mac", "win"])
      platforms[simulator] = { creation: { stack: memory.stackSlots } };
  return json({ modules, preload, data, ...(Object.keys(platforms).length > 0 && { platforms }) });
}

/**
 * The package.json that lets Node import the model, and Moddable's `mcpack`, which takes modules from the manifest but follows
 * imports of its own: it is sent to a module that imports nothing of Node.
 */
export function packageJson(module: string): string {
  return json({
    name: module,
    private: true,
    type: "module",
    main: `./${module}.js`,
    types: `./${module}.d.ts`,
    exports: {
      ".": { types: `./${module}.d.ts`, moddable: "./moddable.js", default: `./${module}.js` },
      "./manifest.json": "./manifest.json",
      "./weights.bin": "./weights.bin",
    },
  });
}

/** Where `mcpack` enters: the model as the manifest names it. */
export function packEntry(module: string): string {
  return `export { default } from "moddable:${module}";\n`;
}
