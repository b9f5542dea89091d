import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { projectPath } from "../../boards/project.js";
import type { RuntimeSources } from "../emit/runtime-files.js";

/** The sources of `runtime/` as this package ships them, from which compiled models take what they need. */
export async function runtimeSources(): Promise<RuntimeSources> {
  const folder = projectPath("runtime");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.(ts|js)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    await Promise.all(
      paths.map(async (path) => {
        const name = path.slice(folder.length + 1).replaceAll("\\", "/");
        return [name, await readFile(path, "utf8")] as const;
      }),
    ),
  );
}
