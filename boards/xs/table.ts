/** What a Moddable build would put in flash, read from the artifact's manifest: modules and data by name. */
import { refuse } from "../../codegen/problems/problem.js";
import type { Artifact } from "../engine.js";

/** Name, e.g. `digits` or `digits/weights.bin`, to path in the artifact. */
export interface Table {
  readonly modules: ReadonlyMap<string, string>;
  readonly data: ReadonlyMap<string, string>;
}

/**
 * The part of Moddable's manifest format that artifacts use: `modules` and `data`, each from a name to a file with its
 * extension, or to several. A module loses the extension, data keep it.
 *
 * @throws Refusal `artifact-file`
 */
export function readManifest(artifact: Artifact): Table {
  const manifest = parse(artifact);
  const modules = new Map<string, string>();
  const data = new Map<string, string>();
  for (const [name, path] of entries(manifest.modules, artifact))
    if (path.endsWith(".js")) modules.set(name, path);
  for (const [name, path] of entries(manifest.data, artifact))
    data.set(name + /\.[^./]*$/.exec(path)![0], path);
  return { modules, data };
}

/** The table as the C host reads it (host/table.c). */
export function tableText({ modules, data }: Table): string {
  const lines = [
    ...Array.from(modules, ([name, path]) => `module\t${name}\t${path}`),
    ...Array.from(data, ([name, path]) => `data\t${name}\t${path}`),
  ];
  return `${lines.join("\n")}\n`;
}

interface Manifest {
  readonly modules: Readonly<Record<string, unknown>>;
  readonly data: Readonly<Record<string, unknown>>;
}

function parse(artifact: Artifact): Manifest {
  const path = "manifest.json";
  const bytes = artifact.get(path) ?? refuse("artifact-file", { path, why: "is missing" });
  try {
    return { modules: {}, data: {}, ...JSON.parse(new TextDecoder().decode(bytes)) };
  } catch {
    return refuse("artifact-file", { path, why: "is no JSON" });
  }
}

function* entries(section: object, artifact: Artifact): Generator<[name: string, path: string]> {
  for (const [name, value] of Object.entries(section)) {
    for (const source of [value].flat()) {
      if (typeof source !== "string" || !/^\.\/[^*\t\n]+\.\w+$/.test(source) || /[*~\t\n]/.test(name))
        refuse("artifact-file", {
          path: "manifest.json",
          why: `has an entry ${JSON.stringify(name)} that is not a file such as "./name.js"`,
        });
      const path = source.slice(2);
      if (!artifact.has(path))
        refuse("artifact-file", { path, why: "is in the manifest and not in the folder" });
      yield [name, path];
    }
  }
}
