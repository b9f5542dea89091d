/** What a Moddable build would put in flash, read from the artifact's manifest. */
import { refuse } from "../../codegen/problems/problem.js";
import type { Artifact } from "../engine.js";

/** Name, e.g. `digits` or `digits-weights.bin`, to path in the artifact. */
export interface FlashFiles {
  readonly modules: ReadonlyMap<string, string>;
  readonly data: ReadonlyMap<string, string>;
  /** Modules that are run at build time and frozen. */
  readonly preload: ReadonlySet<string>;
}

/**
 * The part of Moddable's manifest format that artifacts use: `modules` and `data`, each from a name to a file with its
 * extension, or to several, and `preload`, a list of modules. A module loses the extension, data keep it.
 *
 * @throws Refusal `artifact-file`
 */
export function readManifest(artifact: Artifact): FlashFiles {
  const manifest = parse(artifact);
  const modules = new Map<string, string>();
  const data = new Map<string, string>();
  for (const [name, path] of entries(manifest.modules, artifact))
    if (path.endsWith(".js")) modules.set(name, path);
  for (const [name, path] of entries(manifest.data, artifact))
    data.set(name + /\.[^./]*$/.exec(path)![0], path);
  const preload = new Set([manifest.preload].flat().map(String));
  for (const name of preload)
    if (!modules.has(name)) wrong(`preloads "${name}", which is none of its modules`);
  return { modules, data, preload };
}

interface Manifest {
  readonly modules: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
  readonly preload: unknown;
}

const path = "manifest.json";

function wrong(why: string): never {
  return refuse("artifact-file", { path, why });
}

function parse(artifact: Artifact): Manifest {
  const bytes = artifact.get(path) ?? wrong("is missing");
  try {
    return { modules: {}, data: {}, preload: [], ...JSON.parse(new TextDecoder().decode(bytes)) };
  } catch {
    return wrong("is no JSON");
  }
}

function* entries(section: object, artifact: Artifact): Generator<[name: string, path: string]> {
  for (const [name, value] of Object.entries(section)) {
    for (const source of [value].flat()) {
      if (typeof source !== "string" || !/^\.\/[^*\t\n]+\.\w+$/.test(source) || /[*~\t\n]/.test(name))
        wrong(`has an entry ${JSON.stringify(name)} that is not a file such as "./name.js"`);
      const file = source.slice(2);
      if (!artifact.has(file))
        refuse("artifact-file", { path: file, why: "is in the manifest and not in the folder" });
      yield [name, file];
    }
  }
}
