/** What a model gave, taken apart: one Sample a step, one Result an output. */
import type { VectorReport } from "../../boards/engine.js";
import { type Elements, elementsOf } from "../graph/elements.js";
import { refuse } from "../problems/problem.js";
import { readBounded } from "./files.js";
import type { NamedVector } from "./inputs/read-inputs.js";
import { detached, type EdgeTensor, tensorBytes } from "./inputs/tensor.js";

export interface Result {
  readonly tensor: EdgeTensor;
  readonly values: Elements;
  /** The same as real numbers. */
  readonly real: Float32Array;
}

/** The results of one step; samples are counted over all vectors and steps. */
export interface Sample {
  /** The input file, and the step where it holds several. */
  readonly name: string;
  readonly outputs: readonly Result[];
}

/** A class and its score. */
export interface Score {
  readonly index: number;
  readonly label: string;
  readonly value: number;
}

/** @param reports one a vector, in the same order */
export function samplesOf(
  vectors: readonly NamedVector[],
  reports: readonly VectorReport[],
  outputs: readonly EdgeTensor[],
): Sample[] {
  return vectors.flatMap(({ name, steps }, i) =>
    reports[i].outputs.map((bytes, step) => ({
      name: steps.length === 1 ? name : `${name}, step ${step}`,
      outputs: split(bytes, outputs),
    })),
  );
}

function split(bytes: Uint8Array, outputs: readonly EdgeTensor[]): Result[] {
  let at = 0;
  return outputs.map((tensor) => {
    const part = bytes.subarray(at, at + tensorBytes(tensor));
    at += part.length;
    return { tensor, values: elementsOf(tensor.dtype, part), real: detached(tensor, part).dequantize() };
  });
}

/** The highest elements of a result, at most `count`, highest first; where they are equal, in their order. */
export function top({ real }: Result, count: number, labels?: readonly string[]): Score[] {
  return Array.from(real, (value, index) => ({ index, label: labels?.[index] ?? `${index}`, value }))
    .sort((a, b) => b.value - a.value || a.index - b.index)
    .slice(0, count);
}

const MAX_LABEL_BYTES = 2 ** 20;

/** The labels in a file, one a line, as many as the tensor has elements. */
export async function readLabels(path: string, { length }: EdgeTensor): Promise<string[]> {
  const text = new TextDecoder().decode(await readBounded(path, MAX_LABEL_BYTES));
  const labels = text.replace(/\r?\n$/, "").split(/\r?\n/);
  if (labels.length !== length)
    return refuse("labels-count", { path, found: labels.length, expected: length });
  return labels;
}
