/** A temporary folder with an artifact and the driver beside it, as a board's flash would hold them. */
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, normalize } from "node:path";
import { transpile } from "../codegen/emit/transpile.js";
import { Refusal, refuse } from "../codegen/problems/problem.js";
import type { Artifact, Job } from "./engine.js";
import { projectPath } from "./project.js";

/** The driver's modules are in this folder of the stage; `main` is where to begin. */
export const driverFolder = "xsnn-run";

/**
 * Calls `use` with the path of the folder, and removes it afterwards.
 *
 * @param extra further files, by path in the folder
 * @throws Refusal `artifact-file` or `stage-folder`
 */
export async function staged<Result>(
  job: Job,
  extra: Artifact,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "xsnn-")).catch(noRoom));
  try {
    for (const files of [job.artifact, await driverFiles(job), extra])
      for (const [path, bytes] of files) await put(folder, path, bytes);
    return await use(folder);
  } catch (error) {
    throw error instanceof Refusal ? error : noRoom(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The disk is full, or the folder for temporary files is not there or not ours; anything else is passed on. */
function noRoom(error: unknown): never {
  const { code, message } = error as NodeJS.ErrnoException;
  if (!code || !/^(ENOSPC|EDQUOT|EROFS|EACCES|ENOENT|EMFILE)$/.test(code)) throw error;
  return refuse("stage-folder", { path: tmpdir(), reason: message });
}

/** A module of `boards/guest/`, as JavaScript. */
export async function guestModule(name: string): Promise<string> {
  return transpile(await readFile(projectPath("boards", "guest", `${name}.ts`), "utf8"));
}

/** The modules that run a job, by name. */
export async function driverOf({ module, driver }: Job): Promise<ReadonlyMap<string, string>> {
  if (driver) return driver;
  const main = [
    `import Model from ${JSON.stringify(`../${module}.js`)};`,
    `import { drive } from "./driver.js";`,
    "export default (host) => drive(Model, host);\n",
  ].join("\n");
  return new Map([
    ["main", main],
    ["driver", await guestModule("driver")],
    ["protocol", await guestModule("protocol")],
  ]);
}

async function driverFiles(job: Job): Promise<Artifact> {
  const encoder = new TextEncoder();
  const modules = await driverOf(job);
  return new Map(Array.from(modules, ([name, text]) => [`${driverFolder}/${name}.js`, encoder.encode(text)]));
}

/** @throws Refusal `artifact-file` for a path that is not plain */
export async function put(folder: string, path: string, bytes: Uint8Array): Promise<void> {
  if (normalize(join("/", path)) !== `/${path}`)
    refuse("artifact-file", { path, why: "is not a plain path" });
  const target = join(folder, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, bytes);
}
