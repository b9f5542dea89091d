/** Reading and writing files, with failures as problems. */
import { access, constants, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { Refusal, refuse } from "../problems/problem.js";

/** No model, input or part of an artifact is larger; nothing larger is read. */
export const MAX_FILE_BYTES = 2 ** 28;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file or folder",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of the path is not a folder",
  EEXIST: "it exists already",
  ENOSPC: "the disk is full",
  EROFS: "the disk cannot be written",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "symbolic links lead in a circle",
};

/** Why the file system refused, for people. Rethrows errors of another origin. */
export function fileReason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  if (code === undefined) throw error;
  return REASONS[code] ?? code;
}

/**
 * The content of a regular file.
 *
 * @throws Refusal where it cannot be read or is larger than `limit` bytes
 */
export async function readBounded(path: string, limit = MAX_FILE_BYTES): Promise<Uint8Array> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) return refuse("file-not-readable", { path, reason: "it is a folder" });
    if (!info.isFile()) return refuse("file-not-readable", { path, reason: "it is not a regular file" });
    if (info.size > limit) return refuse("file-too-large", { path, bytes: info.size, limit });
    return await readFile(path);
  } catch (error) {
    return rethrow("file-not-readable", path, error);
  }
}

/** Whether there is a folder at `path`. */
export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

/** Writes files into a folder, which is made where there is none; each of them is written completely or not at all. */
export async function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [name, bytes] of files) {
    const path = join(folder, name);
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(temporary, bytes);
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      rethrow("file-not-writable", path, error);
    }
  }
}

/** Refuses a folder that has anything in it, before work that takes long. */
export async function requireEmpty(folder: string): Promise<void> {
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) =>
    error.code === "ENOENT" ? [] : rethrow("file-not-writable", folder, error),
  );
  if (found.length > 0) refuse("folder-not-empty", { path: folder, found: found[0] });
}

/** Writes a folder that is new or empty, as a whole or not at all: it is complete beside its place before it takes it. */
export async function writeFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const target = resolve(folder);
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    await writeFiles(temporary, files);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => {});
    if (error instanceof Refusal) throw error;
    rethrow("file-not-writable", folder, error);
  }
}

/** Writes a file, completely or not at all. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  await writeFiles(dirname(path), new Map([[basename(path), bytes]]));
}

/**
 * Refuses paths that could not be written, before work that takes long. Folders that are missing are made when it is written.
 *
 * @throws Refusal `file-not-writable`
 */
export async function requireWritable(path: string): Promise<void> {
  if (await isFolder(path)) refuse("file-not-writable", { path, reason: REASONS.EISDIR });
  let folder = dirname(resolve(path));
  for (;;) {
    const found = await stat(folder).catch((error: NodeJS.ErrnoException) => error);
    if (!(found instanceof Error)) break;
    if (found.code !== "ENOENT") rethrow("file-not-writable", path, found);
    folder = dirname(folder);
  }
  if (!(await isFolder(folder))) refuse("file-not-writable", { path, reason: REASONS.ENOTDIR });
  await access(folder, constants.W_OK).catch((error) => rethrow("file-not-writable", path, error));
}

/** Writes a text, completely or not at all. */
export async function writeText(path: string, text: string): Promise<void> {
  await writeWhole(path, new TextEncoder().encode(text));
}

/** Refuses for what the file system said; what is a refusal already stays as it is. */
export function rethrow(
  code: "file-not-readable" | "file-not-writable",
  path: string,
  error: unknown,
): never {
  return refuse(code, { path, reason: fileReason(error) });
}
