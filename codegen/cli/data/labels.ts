/** What samples are, as indexes of the model's outputs. */
import { refuse } from "../../problems/problem.js";
import type { Entry, Listing } from "./folder.js";

/**
 * The labels of the files of a folder.
 *
 * Names are looked up where they are given; else names that are integers are indexes; else the names of subfolders are
 * classes in alphabetical order, if there are as many as outputs. Prefixes of file names that are no integers say nothing.
 *
 * @param classes the number of the model's outputs
 * @param names of the classes, in the order of the outputs
 * @throws Refusal `label-unknown`, `labels-not-for-classes`
 */
export function folderLabels(
  { entries, bySubfolder }: Listing,
  path: string,
  classes: number,
  names: readonly string[] | undefined,
): number[] | undefined {
  const known = names ?? namesIn(entries, bySubfolder, path, classes);
  if (!known) return undefined;
  return entries.map(({ path, label }) => {
    const index = label === undefined ? -1 : known.indexOf(label);
    return index >= 0 ? index : refuse("label-unknown", { path, label: label ?? "", classes });
  });
}

/** Refuses labels that are not one for each sample, or no index of an output. */
export function requireLabels(
  labels: readonly number[],
  path: string,
  { samples, classes }: { readonly samples: number; readonly classes: number },
): void {
  if (labels.length !== samples) refuse("labels-number", { path, found: labels.length, samples });
  const odd = labels.find((label) => label < 0 || label >= classes);
  if (odd !== undefined) refuse("label-unknown", { path, label: `${odd}`, classes });
}

/** What the folder itself says of its classes. */
function namesIn(
  entries: readonly Entry[],
  bySubfolder: boolean,
  path: string,
  classes: number,
): readonly string[] | undefined {
  const found = [...new Set(entries.map(({ label }) => label))];
  const indexes = Array.from({ length: classes }, (_, i) => `${i}`);
  if (found.every((label) => label !== undefined && /^\d+$/.test(label))) return indexes;
  if (!bySubfolder) return undefined;
  const names = (found as string[]).sort();
  return names.length === classes ? names : refuse("labels-not-for-classes", { path, found: names, classes });
}
