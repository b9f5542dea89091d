/** Data for calibration and accuracy, from files. */
import { extname } from "node:path";
import type { Sample } from "../../compress/quantize/calibrate.js";
import { refuse } from "../../problems/problem.js";
import { isFolder, readBounded } from "../files.js";
import { unpackNpz } from "../inputs/npz.js";
import type { EdgeTensor } from "../inputs/tensor.js";
import { readLabels } from "../results.js";
import { archiveSamples, arrayLabels, arraySamples } from "./arrays.js";
import { listFolder, readEntry } from "./folder.js";
import { folderLabels, requireLabels } from "./labels.js";
import type { Preprocessing } from "./preprocessing.js";

export interface Dataset {
  readonly samples: readonly Sample[];
  /** The index of the output that should be highest, for each sample; absent where nothing says so. */
  readonly labels?: readonly number[];
}

/** What takes the data. */
export interface Edges {
  readonly inputs: readonly EdgeTensor[];
  /** The first: its elements are the classes. */
  readonly output: EdgeTensor;
}

/** How `--data` is read, for `--help`. */
export const DATA_HELP = `
Data, which the model is calibrated with:
  .npy    an array whose first dimension counts samples: float16, float32 and float64 as they are; uint8 as p / 255,
          int16 as s / 32768
  .npz    such an array for each model input, named as the input or in their order; --labels can name another one
  folder  of .png or .wav files, a sample each, which have exactly the input's size: pixels are p / 255, sound s / 32768
Labels, where there are any, are indexes of outputs from 0 on:
  .npy    an array of integers, or the name of one in the .npz
  folder  the names of subfolders, or what comes before the hyphen of a file's name, as in 7-1.png. Where they are no
          integers, --labels FILE lists them in the order of the outputs, one a line; subfolders count in alphabetical
          order without it
An application has to prepare its inputs in the same way: the report says how.
`;

/** Numbers that all samples together can have. */
const MAX_VALUES = 2 ** 28;

/**
 * Reads data.
 *
 * @param labels an .npy file, the name of an array in an .npz file, or for folders a text file of names
 * @throws Refusal where files do not fit the model or each other
 */
export async function readDataset(
  path: string,
  edges: Edges,
  preprocessing: Preprocessing,
  labels?: string,
): Promise<Dataset> {
  if (await isFolder(path)) return readFolder(path, edges, preprocessing, labels);
  const bytes = await readBounded(path);
  const extension = extname(path).toLowerCase();
  if (extension !== ".npy" && extension !== ".npz") return refuse("data-format", { path });
  const { samples, named } =
    extension === ".npz"
      ? await readArchive(bytes, path, edges.inputs, preprocessing, labels)
      : { samples: await readArray(bytes, path, edges.inputs, preprocessing), named: undefined };
  if (labels === undefined) return { samples };
  const found = await arrayLabels(named ?? (await readBounded(labels)), labels);
  requireLabels(found, labels, { samples: samples.length, classes: edges.output.length });
  return { samples, labels: found };
}

async function readFolder(
  path: string,
  { inputs, output }: Edges,
  preprocessing: Preprocessing,
  labels: string | undefined,
): Promise<Dataset> {
  const input = onlyInput(inputs, path);
  const listing = await listFolder(path);
  const limit = Math.floor(MAX_VALUES / input.length);
  if (listing.entries.length > limit)
    return refuse("data-too-large", { path, samples: listing.entries.length, limit });
  const names = labels === undefined ? undefined : await readLabels(labels, output);
  const found = folderLabels(listing, path, output.length, names);
  if (found) requireLabels(found, path, { samples: listing.entries.length, classes: output.length });
  const samples: Sample[] = [];
  for (const entry of listing.entries) samples.push([await readEntry(entry, input, preprocessing)]);
  return { samples, ...(found && { labels: found }) };
}

async function readArray(
  bytes: Uint8Array,
  path: string,
  inputs: readonly EdgeTensor[],
  preprocessing: Preprocessing,
): Promise<Sample[]> {
  const samples = await arraySamples(bytes, onlyInput(inputs, path), preprocessing, path);
  return samples.map((sample) => [sample]);
}

/** The samples, and the bytes of the labels where they are among the arrays. */
async function readArchive(
  bytes: Uint8Array,
  path: string,
  inputs: readonly EdgeTensor[],
  preprocessing: Preprocessing,
  labels: string | undefined,
): Promise<{ readonly samples: Sample[]; readonly named: Uint8Array | undefined }> {
  const arrays = await unpackNpz(bytes, path);
  const named = labels === undefined ? undefined : arrays.get(labels);
  if (named) arrays.delete(labels!);
  return { samples: await archiveSamples(arrays, inputs, preprocessing, path), named };
}

function onlyInput(inputs: readonly EdgeTensor[], path: string): EdgeTensor {
  return inputs.length === 1
    ? inputs[0]
    : refuse("data-inputs", { path, names: inputs.map(({ name }) => name) });
}
