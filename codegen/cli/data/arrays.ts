/** Samples and labels in .npy and .npz files. */

import type { Sample } from "../../compress/quantize/calibrate.js";
import { elements } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import { type NpyArray, parseNpy, requireShape } from "../inputs/npy.js";
import { arrayNames } from "../inputs/npz.js";
import type { EdgeTensor } from "../inputs/tensor.js";
import { type Preprocessing, preprocess, SIGNED, type Source, UNSIGNED } from "./preprocessing.js";

/** Integers are steps of a full scale, as those of image and sound files. */
const STEPS: Readonly<
  Record<string, { readonly step: number; readonly fullScale: readonly [number, number] }>
> = {
  u1: { step: 1 / 255, fullScale: UNSIGNED },
  i2: { step: 1 / 32_768, fullScale: SIGNED },
};

const REAL = ["f2", "f4", "f8"];

/** The samples in one array: its first dimension counts them. */
export async function arraySamples(
  bytes: Uint8Array,
  tensor: EdgeTensor,
  preprocessing: Preprocessing,
  path: string,
): Promise<Float32Array[]> {
  const array = await parseNpy(bytes, path);
  const source = sourceOf(array, path);
  requireShape(array.shape, tensor, path);
  if (array.values.length === 0) return refuse("data-empty", { path });
  const all = preprocess(source, tensor, preprocessing);
  const length = elements(tensor.shape);
  return Array.from({ length: all.length / length }, (_, i) => all.subarray(i * length, (i + 1) * length));
}

/** The samples of a model from the arrays of an .npz file, by the inputs' names or in their order. */
export async function archiveSamples(
  arrays: ReadonlyMap<string, Uint8Array>,
  tensors: readonly EdgeTensor[],
  preprocessing: Preprocessing,
  path: string,
): Promise<Sample[]> {
  const names = arrayNames([...arrays.keys()], tensors, path);
  const inputs = await Promise.all(
    tensors.map((tensor, i) =>
      arraySamples(arrays.get(names[i])!, tensor, preprocessing, `${path}: ${names[i]}`),
    ),
  );
  const odd = inputs.findIndex(({ length }) => length !== inputs[0].length);
  if (odd > 0)
    return refuse("input-steps", {
      first: names[0],
      steps: inputs[0].length,
      path: names[odd],
      found: inputs[odd].length,
    });
  return inputs[0].map((_, i) => inputs.map((samples) => samples[i]));
}

/** Labels from an array of integers: indexes of outputs. */
export async function arrayLabels(bytes: Uint8Array, path: string): Promise<number[]> {
  const { dtype, values } = await parseNpy(bytes, path);
  const labels = Array.from(values as ArrayLike<number | bigint>, Number);
  const odd = labels.find((label) => !Number.isSafeInteger(label));
  if (odd !== undefined || !/^[iuf]\d$/.test(dtype))
    return refuse("labels-not-integers", { path, found: odd === undefined ? dtype.slice(0, 20) : `${odd}` });
  return labels;
}

function sourceOf({ dtype, values }: NpyArray, path: string): Source {
  const steps = STEPS[dtype];
  if (steps) {
    const real = Float64Array.from(values as Uint8Array | Int16Array, (value) => value * steps.step);
    return { path, values: real, fullScale: steps.fullScale };
  }
  if (!REAL.includes(dtype))
    return refuse("input-type", { path, found: dtype.slice(0, 20), expected: "float32, uint8 or int16" });
  return { path, values: values as Float32Array, fullScale: { holds: "real numbers" } };
}
