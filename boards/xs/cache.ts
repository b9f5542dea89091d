/** Where what is fetched and built once is kept. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { refuse } from "../../codegen/problems/problem.js";

/** `$XSNN_CACHE/xsnn`, `$XDG_CACHE_HOME/xsnn` or `~/.cache/xsnn`; made if need be. */
export async function cacheFolder(): Promise<string> {
  const { XSNN_CACHE, XDG_CACHE_HOME } = process.env;
  const path = join(XSNN_CACHE || XDG_CACHE_HOME || join(homedir(), ".cache"), "xsnn");
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    notWritable(path, error);
  }
  return path;
}

/**
 * Makes an entry of the cache unless it is there: `make` works in a folder of its own and names the file or folder to
 * keep, which then appears whole under `target`. Who comes meanwhile, in whatever process, waits.
 */
export async function cached(target: string, make: (folder: string) => Promise<string>): Promise<void> {
  const lock = `${target}.lock`;
  while (!existsSync(target)) {
    if (!(await takeLock(lock))) {
      await sleep(100);
      continue;
    }
    try {
      if (!existsSync(target)) await fill(target, make);
    } finally {
      await rm(lock, { force: true });
    }
  }
}

/** Does `work` while nobody else, in whatever process, does something under the same name. */
export async function alone<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const lock = join(await cacheFolder(), `${name}.lock`);
  while (!(await takeLock(lock))) await sleep(100);
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function fill(target: string, make: (folder: string) => Promise<string>): Promise<void> {
  const folder = await mkdtemp(`${target}.`);
  try {
    await rename(await make(folder), target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** No build takes that long: whoever holds a lock from before then has died with its number in use again. */
const staleMilliseconds = 15 * 60 * 1000;

/** The lock is a file with the number of the process that holds it. Gives up that of a process that has died. */
async function takeLock(lock: string): Promise<boolean> {
  try {
    await writeFile(lock, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") notWritable(lock, error);
  }
  try {
    const age = Date.now() - (await stat(lock)).mtimeMs;
    const holder = Number(await readFile(lock, "utf8"));
    if (age > staleMilliseconds || (holder && !isAlive(holder))) await rm(lock, { force: true });
  } catch {
    // It has just been given back.
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function notWritable(path: string, error: unknown): never {
  return refuse("cache-folder", { path, reason: (error as Error).message });
}
