/** Where what is fetched and built once is kept. */
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { refuse } from "../../codegen/problems/problem.js";

/** `$XSNN_CACHE`, `$XDG_CACHE_HOME/xsnn` or `~/.cache/xsnn`; made if need be. */
export async function cacheFolder(): Promise<string> {
  const { XSNN_CACHE, XDG_CACHE_HOME } = process.env;
  const path = join(XSNN_CACHE || XDG_CACHE_HOME || join(homedir(), ".cache"), "xsnn");
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    refuse("cache-folder", { path, reason: (error as Error).message });
  }
  return path;
}

/**
 * Makes an entry of the cache: `make` works in a folder of its own and names what to keep, which then appears whole under
 * `target`, also where several processes make it at once.
 */
export async function makeEntry(target: string, make: (folder: string) => Promise<string>): Promise<void> {
  const folder = await mkdtemp(`${target}.`).catch((error: Error) =>
    refuse("cache-folder", { path: target, reason: error.message }),
  );
  try {
    const made = await make(folder);
    await rename(made, target).catch((error: NodeJS.ErrnoException) => {
      // A folder that another process has just put there is as good as ours.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
