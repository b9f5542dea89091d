/** The Moddable manifest of an artifact: `"include": "…/manifest.json"` makes the model importable by its name. */

/** @param runtimeModules names of the modules under `xsnn/`, `weights` not included */
export function manifest(module: string, runtimeModules: readonly string[]): string {
  const modules: Record<string, string | string[]> = { [module]: [`./${module}.js`, `./${module}.d.ts`] };
  for (const name of runtimeModules) modules[`xsnn/${name}`] = `./xsnn/${name}.js`;
  modules["xsnn/weights"] = "./xsnn/moddable/weights.js";
  const preload = [module, ...runtimeModules.map((name) => `xsnn/${name}`)];
  return json({ modules, preload, data: { [`${module}/weights`]: "./weights.bin" } });
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

/** JSON as people read it, with a newline at the end. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
