import { basename, extname } from "node:path";
import type { Vector } from "../../../boards/engine.js";
import { refuse } from "../../problems/problem.js";
import { readBounded } from "../files.js";
import { readJson } from "./json.js";
import { readNpy } from "./npy.js";
import { readNpz } from "./npz.js";
import { readPng } from "./png.js";
import { readRaw } from "./raw.js";
import { type EdgeTensor, tensorBytes } from "./tensor.js";
import { readWav } from "./wav.js";

/** A vector and where it is from. */
export interface NamedVector {
  readonly name: string;
  readonly steps: Vector;
}

/** Files of values are read whole; no input of a microcontroller's model comes near. */
const MAX_INPUT_BYTES = 2 ** 26;

type Reader = (bytes: Uint8Array, tensor: EdgeTensor, path: string) => Uint8Array | Promise<Uint8Array>;

/** What reads the bytes of one input, of one step or more, by extension. An .npz file holds all inputs. */
const READERS: Readonly<Record<string, Reader>> = {
  ".npy": readNpy,
  ".bin": readRaw,
  ".png": readPng,
  ".wav": readWav,
  ".json": readJson,
};

const ALL_INPUTS = ".npz";

/** How `--input` files are read, for `--help`. */
export const INPUT_HELP = `
Input files, by extension:
  .npy   the input's own type: raw quantized values; float16, float32 or float64: real values, which are quantized
  .npz   all inputs of the model, as .npy each: named as the model's inputs, or in their order
  .bin   the input's raw bytes; a longer file holds that many steps of a streaming model, one after another
  .png   an image of exactly the input's height and width, grey or RGB: pixel p is the real value p / 255
         (an input of scale 1/255 and zero point -128 gets p - 128)
  .wav   16-bit mono PCM, as many samples as the input has elements: sample s is the real value s / 32768
  .json  a flat or nested list of real values
Real values are quantized with the input's scale and zero point: rounded half away from zero, then clamped.
A model of one input runs on one file after another, from its initial state each time; a model of several takes one
file for each, or .npz files.`;

/**
 * Reads input files as vectors for a model.
 *
 * @throws Refusal where the files do not fit the model's inputs
 */
export async function readInputs(
  paths: readonly string[],
  tensors: readonly EdgeTensor[],
): Promise<NamedVector[]> {
  const isWhole = (path: string) => tensors.length === 1 || extname(path).toLowerCase() === ALL_INPUTS;
  if (paths.every(isWhole))
    return Promise.all(
      paths.map(async (path) => ({
        name: basename(path),
        steps: interleave(await readWhole(path, tensors), tensors, [path]),
      })),
    );
  if (paths.length !== tensors.length)
    return refuse("inputs-given", { found: paths.length, expected: tensors.map(({ name }) => name) });
  const parts = await Promise.all(paths.map((path, i) => readOne(path, tensors[i])));
  return [{ name: basename(paths[0]), steps: interleave(parts, tensors, paths) }];
}

/** All inputs from one file. */
async function readWhole(path: string, tensors: readonly EdgeTensor[]): Promise<Uint8Array[]> {
  if (extname(path).toLowerCase() === ALL_INPUTS)
    return readNpz(await readBounded(path, MAX_INPUT_BYTES), tensors, path);
  return [await readOne(path, tensors[0])];
}

async function readOne(path: string, tensor: EdgeTensor): Promise<Uint8Array> {
  const reader = READERS[extname(path).toLowerCase()];
  if (!reader) return refuse("input-format", { path, known: [...Object.keys(READERS), ALL_INPUTS] });
  return reader(await readBounded(path, MAX_INPUT_BYTES), tensor, path);
}

/** Bytes of each input over all steps → bytes of each step over all inputs. */
function interleave(
  parts: readonly Uint8Array[],
  tensors: readonly EdgeTensor[],
  paths: readonly string[],
): Vector {
  const counts = parts.map((part, i) => part.length / tensorBytes(tensors[i]));
  const odd = counts.findIndex((count) => count !== counts[0]);
  if (odd > 0)
    return refuse("input-steps", {
      first: paths.length > 1 ? paths[0] : tensors[0].name,
      steps: counts[0],
      path: paths.length > 1 ? paths[odd] : tensors[odd].name,
      found: counts[odd],
    });
  return Array.from({ length: counts[0] }, (_, step) =>
    Buffer.concat(
      parts.map((part, i) => {
        const size = tensorBytes(tensors[i]);
        return part.subarray(step * size, (step + 1) * size);
      }),
    ),
  );
}
