import { realpath } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type Companions, companionPaths } from "../import/import-model.js";
import { refuse } from "../problems/problem.js";
import { isFolder, MAX_FILE_BYTES, readBounded } from "./files.js";

/** A model with the files beside it that it keeps weights in. */
export interface ModelFile {
  readonly bytes: Uint8Array;
  readonly companions: Companions;
}

/**
 * Reads a model. Of the files that it names, those that there are below its folder are read, and nothing else on the disk
 * is: neither by another path nor through a link.
 *
 * @throws Refusal where a file cannot be read, or is outside
 */
export async function readModel(path: string): Promise<ModelFile> {
  if (await isFolder(path)) refuse("model-is-folder", { path });
  const bytes = await readBounded(path);
  const companions = new Map<string, Uint8Array>();
  let left = MAX_FILE_BYTES;
  for (const location of companionPaths(bytes, path)) {
    const found = await locate(dirname(path), location);
    if (found === undefined) continue; // the importer says which tensor misses it
    const content = await readBounded(found, left);
    left -= content.length;
    companions.set(location, content);
  }
  return { bytes, companions };
}

/** The file that a location names, links followed; undefined where there is none. */
async function locate(folder: string, location: string): Promise<string | undefined> {
  const found = await realpath(join(folder, location)).catch(() => undefined);
  if (found === undefined) return undefined;
  const inside = (await realpath(folder)) + sep;
  return found.startsWith(inside) ? found : refuse("onnx-external-path", { location });
}
