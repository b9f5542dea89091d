/** An artifact beside which more of the runtime is used than its model needs. */
import type { Artifact } from "./artifact.js";
import { type RuntimeSources, runtimeFiles } from "./runtime-files.js";
import { json } from "./text.js";

/**
 * The artifact with further modules of `runtime/` and all that they import: the very modules that an application takes.
 *
 * @param named without ".ts", e.g. `pipeline/link`
 */
export function withRuntime(artifact: Artifact, sources: RuntimeSources, named: readonly string[]): Artifact {
  const { files, modules } = runtimeFiles(sources, named);
  const encoder = new TextEncoder();
  const manifest = JSON.parse(new TextDecoder().decode(artifact.get("manifest.json")));
  const added = modules.filter((module) => !(`xsnn/${module}` in manifest.modules));
  for (const module of added) manifest.modules[`xsnn/${module}`] = `./xsnn/${module}.js`;
  manifest.preload = [...manifest.preload, ...added.map((module) => `xsnn/${module}`)];
  return new Map([
    ...artifact,
    ...added.map((it) => [`xsnn/${it}.js`, encoder.encode(files.get(`xsnn/${it}.js`))] as const),
    ["manifest.json", encoder.encode(json(manifest))],
  ]);
}
