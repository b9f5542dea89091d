/** Folders of .png or .wav files, one sample each. */
import { readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import { refuse } from "../../problems/problem.js";
import { readBounded, rethrow } from "../files.js";
import { pngValues } from "../inputs/png.js";
import type { EdgeTensor } from "../inputs/tensor.js";
import { wavValues } from "../inputs/wav.js";
import { type Preprocessing, preprocess, SIGNED, UNSIGNED } from "./preprocessing.js";

/** A file, and what the folder says that it is. */
export interface Entry {
  readonly path: string;
  /** The name of its subfolder, or what comes before the first hyphen of its own. */
  readonly label?: string;
}

export interface Listing {
  readonly entries: readonly Entry[];
  /** Whether samples are in subfolders, which can only be classes. */
  readonly bySubfolder: boolean;
}

/** Images and recordings are small. */
const MAX_SAMPLE_BYTES = 2 ** 24;

const READERS = {
  ".png": { values: pngValues, fullScale: UNSIGNED },
  ".wav": { values: wavValues, fullScale: SIGNED },
} as const;

type Extension = keyof typeof READERS;

/**
 * The samples of a folder in the order of their names; other files are passed over.
 *
 * @throws Refusal `data-empty`, or `data-mixed` for both .png and .wav, and for files beside subfolders with files
 */
export async function listFolder(path: string): Promise<Listing> {
  const found = await list(path);
  const files = found.files.map((name) => ({ path: join(path, name), ...prefix(name) }));
  const inside: Entry[] = [];
  for (const label of found.folders)
    for (const name of (await list(join(path, label))).files)
      inside.push({ path: join(path, label, name), label });
  const entries = [...files, ...inside];
  if (entries.length === 0) return refuse("data-empty", { path });
  if (files.length > 0 && inside.length > 0)
    return refuse("data-mixed", { path, first: "files", second: "subfolders with files" });
  const [first, ...others] = new Set(entries.map((entry) => extensionOf(entry.path)));
  if (others.length > 0)
    return refuse("data-mixed", { path, first: `${first} files`, second: `${others[0]} files` });
  return { entries, bySubfolder: inside.length > 0 };
}

/** The values of one file as the model takes them. */
export async function readEntry(
  { path }: Entry,
  tensor: EdgeTensor,
  preprocessing: Preprocessing,
): Promise<Float32Array> {
  const { values, fullScale } = READERS[extensionOf(path) as Extension];
  const bytes = await readBounded(path, MAX_SAMPLE_BYTES);
  return preprocess({ path, values: await values(bytes, tensor, path), fullScale }, tensor, preprocessing);
}

/** Names of sample files and of folders, sorted; hidden ones are left out. */
async function list(path: string): Promise<{ readonly files: string[]; readonly folders: string[] }> {
  const found = await readdir(path, { withFileTypes: true }).catch((error) =>
    rethrow("file-not-readable", path, error),
  );
  const seen = found.filter(({ name }) => !name.startsWith("."));
  const files = seen.filter((entry) => entry.isFile() && extensionOf(entry.name) in READERS);
  const names = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name).sort();
  return { files: names(files), folders: names(seen.filter((entry) => entry.isDirectory())) };
}

function prefix(name: string): { readonly label?: string } {
  const end = name.indexOf("-");
  return end > 0 ? { label: name.slice(0, end) } : {};
}

function extensionOf(path: string): string {
  return extname(path).toLowerCase();
}
