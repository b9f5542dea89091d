/** The models that the project ships, for tables over all of them. */
import { readFileSync } from "node:fs";
import type { LabelledSamples } from "../../codegen/cli/bench/formats.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { refuse } from "../../codegen/problems/problem.js";
import { loadDigits } from "../digits/data.js";
import { loadFashion } from "../fashion/data.js";
import type { Picture, Pictures } from "./picture.js";

/** A float model that the project ships, and its pictures. */
export interface SuiteModel {
  readonly name: string;
  readonly path: string;
  readonly load: () => Pictures;
}

export const suiteModels: readonly SuiteModel[] = [
  { name: "digits", path: "digits/digits-float.tflite", load: loadDigits },
  { name: "fashion", path: "fashion/fashion.tflite", load: loadFashion },
];

/** The float graph of a model. */
export function floatModel({ path }: SuiteModel): Graph {
  return importModel(readFileSync(new URL(`../${path}`, import.meta.url)), path);
}

/** Those that are named, or all. @throws Refusal `formats-unknown` */
export function named<T extends { readonly name: string }>(
  what: "model" | "format" | "row",
  known: readonly T[],
  names: readonly string[],
): readonly T[] {
  const all = known.map(({ name }) => name);
  for (const name of names) if (!all.includes(name)) refuse("formats-unknown", { what, name, known: all });
  return names.length === 0 ? known : known.filter(({ name }) => names.includes(name));
}

/** Pictures as float models take them. */
export function labelled(pictures: readonly Picture[]): LabelledSamples {
  return {
    samples: pictures.map(({ pixels }) => [Float32Array.from(pixels, (pixel) => pixel / 255)]),
    labels: pictures.map(({ label }) => label),
  };
}
