/** The part of `runtime/` that a model needs, as the artifact carries it: TypeScript and JavaScript under `xsnn/`. */
import { refuse } from "../problems/problem.js";
import { transpile } from "./transpile.js";

/** Sources of `runtime/` by path, e.g. `conv2d.ts` and `hosts/node/weights.js`. */
export type RuntimeSources = ReadonlyMap<string, string>;

export interface RuntimeFiles {
  /** By path in the artifact. */
  readonly files: ReadonlyMap<string, string>;
  /** What there is to import under `xsnn/` at run time, in alphabetical order; `weights` not included. */
  readonly modules: readonly string[];
}

/** The named modules and all that they import, and the mapping of weights for Node and for Moddable. */
export function runtimeFiles(sources: RuntimeSources, named: readonly string[]): RuntimeFiles {
  const read = (path: string) => sources.get(path) ?? refuse("runtime-incomplete", { path });
  const files = new Map<string, string>();
  for (const module of closure(named, (it) => read(`${it}.ts`)))
    files.set(`xsnn/${module}.ts`, read(`${module}.ts`));
  // Without its types a module may import less, and a module of types is nothing at all.
  const modules = closure(named, (it) => transpile(read(`${it}.ts`)));
  for (const module of modules) files.set(`xsnn/${module}.js`, transpile(read(`${module}.ts`)));
  files.set("xsnn/weights.js", read("hosts/node/weights.js"));
  files.set("xsnn/weights.d.ts", read("hosts/node/weights.d.ts"));
  files.set("xsnn/moddable/weights.js", read("hosts/moddable/weights.js"));
  return { files, modules };
}

/** The modules named and all that their sources import or export from other modules of `runtime/`, in alphabetical order. */
function closure(named: readonly string[], sourceOf: (module: string) => string): string[] {
  const found = new Set(named);
  for (const module of found)
    for (const [, imported] of sourceOf(module).matchAll(/from "(\.[\w./-]*)\.js"/g))
      found.add(new URL(imported, `file:///${module}`).pathname.slice(1));
  return [...found].sort();
}
