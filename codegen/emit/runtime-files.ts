/** The part of `runtime/` that a model needs, as the artifact carries it: TypeScript and JavaScript under `xsnn/`. */
import { refuse } from "../problems/problem.js";
import { transpile } from "./transpile.js";

/** Sources of `runtime/` by path, e.g. `conv2d.ts` and `hosts/node/weights.js`. */
export type RuntimeSources = ReadonlyMap<string, string>;

/** The modules named and all that they import, in alphabetical order. */
export function closure(sources: RuntimeSources, modules: Iterable<string>): string[] {
  const found = new Set<string>();
  const visit = (module: string) => {
    if (found.has(module)) return;
    found.add(module);
    for (const [, imported] of runtimeSource(sources, `${module}.ts`).matchAll(/from "\.\/([\w-]+)\.js"/g))
      visit(imported);
  };
  for (const module of modules) visit(module);
  return [...found].sort();
}

/** Files of the artifact for those modules, and the mapping of weights for Node and for Moddable. */
export function runtimeFiles(sources: RuntimeSources, modules: readonly string[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const module of modules) {
    const source = runtimeSource(sources, `${module}.ts`);
    files.set(`xsnn/${module}.ts`, source);
    files.set(`xsnn/${module}.js`, transpile(source));
  }
  files.set("xsnn/weights.js", runtimeSource(sources, "hosts/node/weights.js"));
  files.set("xsnn/weights.d.ts", runtimeSource(sources, "hosts/node/weights.d.ts"));
  files.set("xsnn/moddable/weights.js", runtimeSource(sources, "hosts/moddable/weights.js"));
  return files;
}

function runtimeSource(sources: RuntimeSources, path: string): string {
  return sources.get(path) ?? refuse("runtime-incomplete", { path });
}
