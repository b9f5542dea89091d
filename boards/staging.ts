/** A temporary folder with an artifact and the driver beside it, as a board's flash would hold them. */
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { transpile } from "../codegen/emit/transpile.js";
import { refuse } from "../codegen/problems/problem.js";
import type { Artifact, Job } from "./engine.js";
import { projectPath } from "./project.js";

/** The driver's modules are in this folder of the stage; `main` is where to begin. */
export const driverFolder = "xsnn-run";
export const driverModules = ["main", "driver", "protocol"] as const;

/**
 * Calls `use` with the path of the folder, and removes it afterwards.
 *
 * @param extra further files, by path in the folder
 */
export async function staged<Result>(
  { artifact, module }: Job,
  extra: Artifact,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "xsnn-")));
  try {
    for (const files of [artifact, await driverFiles(module), extra])
      for (const [path, bytes] of files) await put(folder, path, bytes);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A module of `boards/guest/`, as JavaScript. */
export async function guestModule(name: string): Promise<Uint8Array> {
  const source = await readFile(projectPath("boards", "guest", `${name}.ts`), "utf8");
  return new TextEncoder().encode(transpile(source));
}

async function driverFiles(module: string): Promise<Artifact> {
  const main = [
    `import Model from ${JSON.stringify(`../${module}.js`)};`,
    `import { drive } from "./driver.js";`,
    "export default (host) => drive(Model, host);\n",
  ].join("\n");
  return new Map([
    [`${driverFolder}/main.js`, new TextEncoder().encode(main)],
    [`${driverFolder}/driver.js`, await guestModule("driver")],
    [`${driverFolder}/protocol.js`, await guestModule("protocol")],
  ]);
}

/** @throws Refusal `artifact-file` for a path that is not plain */
export async function put(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  if (normalize(join("/", path)) !== `/${path}`)
    refuse("artifact-file", { path, why: "is not a plain path" });
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, bytes);
}
