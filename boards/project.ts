/** Files of the project that are read at run time: found from the sources and from the compiled package alike. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

function findRoot(folder: string): string {
  return existsSync(join(folder, "package.json")) ? folder : findRoot(dirname(folder));
}

const root = findRoot(dirname(fileURLToPath(import.meta.url)));

/** The path of a file or folder of the project. */
export function projectPath(...parts: readonly string[]): string {
  return join(root, ...parts);
}
