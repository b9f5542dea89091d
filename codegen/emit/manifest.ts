/** The Moddable manifest of an artifact: `"include": "…/manifest.json"` makes the model importable by its name. */

import { type Creation, type Family, type Memory, manifestCreation } from "../plan/creation.js";
import { json } from "./text.js";

/**
 * Memory is asked for by platform, and only where a target's default is too small: manifests are merged in the order in
 * which they are included, property by property and the application's own last, so that what stands here replaces the
 * target's default and whatever the application says replaces this.
 *
 * @param kernelModules names of the modules of generated kernels, their paths without extension
 * @param runtimeModules names of the modules under `xsnn/`, `weights` not included
 * @param memory what the model takes
 */
export function manifest(
  module: string,
  kernelModules: readonly string[],
  runtimeModules: readonly string[],
  memory: Memory,
): string {
  const modules: Record<string, string | string[]> = { [module]: [`./${module}.js`, `./${module}.d.ts`] };
  for (const name of kernelModules) modules[name] = `./${name}.js`;
  for (const name of runtimeModules) modules[`xsnn/${name}`] = `./xsnn/${name}.js`;
  modules["xsnn/weights"] = "./xsnn/moddable/weights.js";
  const preload = [module, ...kernelModules, ...runtimeModules.map((name) => `xsnn/${name}`)];
  const data = { [`${module}/weights`]: "./weights.bin" };
  const platforms: Partial<Record<Family, { creation: Creation }>> = {};
  for (const family of ["esp", "esp32"] as const) {
    const creation = manifestCreation(memory, family);
    if (creation) platforms[family] = { creation };
  }
  return json({ modules, preload, data, ...(Object.keys(platforms).length > 0 && { platforms }) });
}

/** The package.json that lets Node import the model. */
export function packageJson(module: string): string {
  return json({
    name: module,
    private: true,
    type: "module",
    main: `./${module}.js`,
    types: `./${module}.d.ts`,
  });
}
