import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

/** What can be wrong with data for calibration and accuracy. */
export interface DataProblems {
  "data-format": { path: string };
  "data-empty": { path: string };
  "data-mixed": { path: string; first: string; second: string };
  "data-inputs": { path: string; names: readonly string[] };
  "data-too-large": { path: string; samples: number; limit: number };
  "data-no-full-scale": { path: string; found: string };
  "data-channels": { option: string; found: number; channels: number };
  "auto-needs-classes": Record<never, never>;
  "labels-number": { path: string; found: number; samples: number };
  "labels-not-integers": { path: string; found: string };
  "label-unknown": { path: string; label: string; classes: number };
  "labels-not-for-classes": { path: string; found: readonly string[]; classes: number };
}

const some = (names: readonly string[]) =>
  [...names.slice(0, 8).map(quote), ...(names.length > 8 ? [`${names.length - 8} more`] : [])].join(", ");

export const dataWords: WordsOf<DataProblems> = {
  "data-format": ({ path }) => ({
    what: `${path} is no data that is read`,
    todo: "give an .npy or .npz file, or a folder of .png or .wav files",
  }),
  "data-empty": ({ path }) => ({
    what: `${path} holds no samples`,
    todo: "put .png or .wav files in it, or in one subfolder for each class; or arrays of at least one sample",
  }),
  "data-mixed": ({ path, first, second }) => ({
    what: `${path} holds ${first} and ${second}`,
    todo: "give files of one kind, either all in the folder or all in subfolders, one for each class",
  }),
  "data-inputs": ({ path, names }) => ({
    what: `${path} has data for one input, and the model takes ${some(names)}`,
    todo: "give an .npz file with an array for each, named as the input",
  }),
  "data-too-large": ({ path, samples, limit }) => ({
    what: `${path} holds ${samples} samples, ${limit} of this model's inputs are the limit`,
    todo: "give a part of them: some hundred are enough to calibrate",
  }),
  "data-no-full-scale": ({ path, found }) => ({
    what: `--range needs a least and a greatest value, and those of ${path} are not known: it holds ${found}`,
    todo: "leave out --range, or scale by --mean and --std; images, sound, uint8 and int16 have a range",
  }),
  "data-channels": ({ option, found, channels }) => ({
    what: `${option} has ${found} values, and the model's input has ${channels} channels`,
    todo: "give one value, or one for each channel with commas between them",
  }),
  "auto-needs-classes": () => ({
    what: "--auto keeps accuracy, and a model with one output element has none",
    todo: "choose schemes by --scheme and --layer; the table shows which layers lose most",
  }),
  "labels-number": ({ path, found, samples }) => ({
    what: `${path} has ${found} labels for ${samples} samples`,
    todo: "give one label for each sample, in the same order",
  }),
  "labels-not-integers": ({ path, found }) => ({
    what: `${path} holds ${found} where labels are expected`,
    todo: "labels are integers: each the index of the output that should be highest, from 0 on",
  }),
  "label-unknown": ({ path, label, classes }) => ({
    what: `${path} has label ${quote(label)}, which is none of the model's ${classes} outputs`,
    todo: "labels are indexes of outputs from 0 on, or names that a --labels file lists in their order",
  }),
  "labels-not-for-classes": ({ path, found, classes }) => ({
    what: `${path} has subfolders for ${found.length} classes, ${some(found)}, and the model ${classes} outputs`,
    todo: "name them by the indexes of outputs, or give --labels FILE with the names in the order of the outputs, one a line",
  }),
};
