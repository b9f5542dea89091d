/**
 * compiled model → a mod: the artifact with manifests that `mcrun` and the host's `mcconfig` take, and a plan that counts
 * everything that the modules make as RAM.
 */
import type { Compiled } from "../compile.js";
import { archiveBytes } from "../cost/archive.js";
import { importedIn, type Resident, residentOf } from "../cost/resident.js";
import type { Artifact } from "../emit/artifact.js";
import { type Report, report } from "../emit/report.js";
import { json } from "../emit/text.js";
import type { Memory } from "../plan/creation.js";
import { type Host, hostManifest } from "./host-manifest.js";

export interface Mod {
  readonly module: string;
  readonly files: Artifact;
  /** With `memory` of the model and of its modules. */
  readonly report: Report;
  readonly resident: Resident;
  /** Predicted: of the .xsa file. */
  readonly archiveBytes: number;
}

/**
 * Makes a mod of a model that was compiled with `isMod`.
 *
 * @param hostFor the host for a mod that takes so much
 */
export function mod({ module, artifact, plan }: Compiled, hostFor: (memory: Memory) => Host): Mod {
  const manifest: Manifest = JSON.parse(text(artifact, "manifest.json"));
  const paths = modulePaths(manifest);
  const modules = new Map([...paths].map(([name, path]) => [name, text(artifact, path)]));
  const resident = residentOf(modules);
  const compiled = report(plan, module);
  const { memory } = compiled;
  const found: Report = {
    ...compiled,
    memory: {
      ...memory,
      chunkBytes: memory.chunkBytes + resident.chunkBytes,
      slots: memory.slots + importedIn(resident),
    },
    resident,
  };
  const texts = [
    ["manifest.json", json(modManifest(paths, manifest.data))],
    ["host-manifest.json", json(hostManifest(hostFor(found.memory), resident.names))],
    ["plan.json", json(found)],
  ] as const;
  const encoder = new TextEncoder();
  return {
    module,
    files: new Map([...artifact, ...texts.map(([path, it]) => [path, encoder.encode(it)] as const)]),
    report: found,
    resident,
    archiveBytes: archiveBytes(modules, [plan.weights.length]),
  };
}

/** What the emitter writes. */
interface Manifest {
  readonly modules: Readonly<Record<string, string | readonly string[]>>;
  readonly data: Readonly<Record<string, string>>;
}

function text(artifact: Artifact, path: string): string {
  return new TextDecoder().decode(artifact.get(path)!);
}

/** The JavaScript of each module, by specifier: `mcrun` needs no TypeScript compiler then. */
function modulePaths({ modules }: Manifest): Map<string, string> {
  return new Map(
    Object.entries(modules).map(([name, sources]) => {
      const source = [sources].flat().find((path) => !path.endsWith(".d.ts"))!;
      return [name, source.replace(/^\.\//, "").replace(/\.ts$/, ".js")];
    }),
  );
}

/** A mod has modules and data; preload, creation and strip are the host's alone. */
function modManifest(paths: ReadonlyMap<string, string>, data: Manifest["data"]): object {
  const modules = Object.fromEntries([...paths].map(([name, path]) => [name, `./${path}`]));
  return { include: "$(MODDABLE)/examples/manifest_mod.json", modules, data };
}
