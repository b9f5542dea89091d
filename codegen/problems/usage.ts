import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

/** What can be wrong with how a command was called: files, arguments, inputs. */
export interface UsageProblems {
  "internal-error": { message: string };
  arguments: { message: string };
  "runtime-incomplete": { path: string };
  // Files and folders.
  "file-not-readable": { path: string; reason: string };
  "file-not-writable": { path: string; reason: string };
  "file-too-large": { path: string; bytes: number; limit: number };
  "model-format": { extension: string };
  "model-is-folder": { path: string };
  "folder-not-artifact": { path: string; why: string };
  "folder-not-ours": { path: string; found: string };
  "folder-not-empty": { path: string; found: string };
  "artifact-version": { path: string; found: number; known: number };
  // Inputs of a run.
  "input-needed": { names: readonly string[] };
  "inputs-given": { found: number; expected: readonly string[] };
  "input-format": { path: string; known: readonly string[] };
  "input-malformed": { path: string; format: string; why: string };
  "input-type": { path: string; found: string; expected: string };
  "input-shape": { path: string; found: string; expected: string };
  "input-array": { path: string; found: readonly string[]; expected: readonly string[] };
  "input-not-finite": { path: string; element: number };
  "input-colour": { path: string; why: string };
  "input-no-image": { path: string; shape: readonly number[] };
  "input-steps": { first: string; steps: number; path: string; found: number };
  "labels-count": { path: string; found: number; expected: number };
  // What a plan is to be.
  "layer-unknown": { name: string; known: readonly string[] };
  "compiled-already": { path: string };
  "stage-alone": { tensor: string };
  "hot-needs-board": object;
}

const list = (sizes: readonly number[]) => `[${sizes.join(", ")}]`;

/** The first of some names from a file. */
function some(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => JSON.stringify(name.slice(0, 80)));
  if (names.length > shown.length) shown.push(`${names.length - shown.length} more`);
  return shown.join(", ") || "none";
}

export const usageWords: WordsOf<UsageProblems> = {
  "internal-error": ({ message }) => ({
    what: `this is a bug in xsnn: ${message}`,
    todo: "report it with the command and the model; XSNN_DEBUG=1 shows where it happened",
  }),
  arguments: ({ message }) => ({
    what: message,
    todo: "`xsnn COMMAND --help` shows what each command takes",
  }),
  "runtime-incomplete": ({ path }) => ({
    what: `the installation has no runtime/${path}`,
    todo: "install xsnn again",
  }),
  "file-not-readable": ({ path, reason }) => ({
    what: `cannot read ${path}: ${reason}`,
    todo: "check the path and its permissions",
  }),
  "file-not-writable": ({ path, reason }) => ({
    what: `cannot write ${path}: ${reason}`,
    todo: "check the path and its permissions, or choose another with -o",
  }),
  "file-too-large": ({ path, bytes, limit }) => ({
    what: `${path} has ${bytes} bytes; ${limit} are the limit`,
    todo: "check that this is the file you mean",
  }),
  "model-is-folder": ({ path }) => ({
    what: `${path} is a folder, and what is wanted here is a model`,
    todo: "give its .tflite or .onnx file; docs/links.md has what an application of one stage of a split model looks like",
  }),
  "model-format": ({ extension }) => ({
    what: `${extension} models are not read`,
    todo: "convert the model to a .tflite or .onnx file",
  }),
  "folder-not-artifact": ({ path, why }) => ({
    what: `${path} is no artifact of xsnn: ${why}`,
    todo: "give a model, or a folder that `xsnn compile` wrote",
  }),
  "folder-not-empty": ({ path, found }) => ({
    what: `${path} is not empty: ${quote(found)} is there`,
    todo: "name a folder that is new or empty",
  }),
  "folder-not-ours": ({ path, found }) => ({
    what: `${path} exists and holds ${found}, which \`xsnn compile\` did not write`,
    todo: "choose another folder with -o, or empty this one",
  }),
  "artifact-version": ({ path, found, known }) => ({
    what: `the plan in ${path} has version ${found}, and this xsnn reads ${known}`,
    todo: "compile the model again",
  }),
  "input-needed": ({ names }) => ({
    what: `nothing to run on: the model takes ${some(names)}`,
    todo: "give --input FILE for each input",
  }),
  "inputs-given": ({ found, expected }) => ({
    what: `${found} input files for a model that takes ${expected.length}: ${some(expected)}`,
    todo: "give one --input for each, in this order, or .npz files that hold all of them",
  }),
  "input-format": ({ path, known }) => ({
    what: `cannot tell what ${path} holds from its extension`,
    todo: `use one of: ${known.join(", ")}`,
  }),
  "input-malformed": ({ path, format, why }) => ({
    what: `${path} is no ${format} that can be read: ${why}`,
    todo: "write the file again",
  }),
  "input-type": ({ path, found, expected }) => ({
    what: `${path} holds ${found} where ${expected} is expected`,
    todo: "give the tensor's own type for raw values, or float32 for real values",
  }),
  "input-shape": ({ path, found, expected }) => ({
    what: `${path} holds ${found} where ${expected} is expected`,
    todo: "bring the data to the model's input shape: `xsnn inspect` shows it",
  }),
  "input-array": ({ path, found, expected }) => ({
    what: `${path} holds the arrays ${some(found)}, and the model takes ${some(expected)}`,
    todo: "name the arrays as the model's inputs, or give exactly as many in their order",
  }),
  "input-not-finite": ({ path, element }) => ({
    what: `element ${element} of ${path} is not a finite number`,
    todo: "replace it by a number",
  }),
  "input-colour": ({ path, why }) => ({
    what: `${path} ${why}`,
    todo: "convert the image, e.g. to 8-bit grey",
  }),
  "input-no-image": ({ path, shape }) => ({
    what: `${path} is an image, and an input of shape ${list(shape)} takes none`,
    todo: "images go to inputs of height × width × 1 or 3 channels; give an .npy file",
  }),
  "input-steps": ({ first, steps, path, found }) => ({
    what: `${first} holds ${steps} steps and ${path} ${found}`,
    todo: "give every input the same number of steps",
  }),
  "layer-unknown": ({ name, known }) => ({
    what: `no layer is called ${quote(name)}`,
    todo: `the model has ${some(known)}`,
  }),
  "compiled-already": ({ path }) => ({
    what: `${path} is compiled already, and cannot be optimized, trained or made updatable or hot any more`,
    todo: "give the model's file, or leave out --optimize, --train, --updatable and --hot",
  }),
  "stage-alone": ({ tensor }) => ({
    what: `${quote(tensor)} lies in planes, as stages of a split model send it to one another`,
    todo: "run the folder that `xsnn split` wrote, and not one of its stages",
  }),
  "hot-needs-board": () => ({
    what: "which weights are worth RAM depends on a board's cache and flash",
    todo: "name the board with --board, or leave out --hot",
  }),
  "labels-count": ({ path, found, expected }) => ({
    what: `${path} has ${found} labels for ${expected} outputs`,
    todo: "give one label a line, in the order of the outputs",
  }),
};
