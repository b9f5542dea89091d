/** What is measured where nothing is named. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { projectPath } from "../../../boards/project.js";
import { isVariant, type VariantName, variantFile, variantNames } from "../../bench/experiments/variants.js";
import { compile } from "../../compile.js";
import { report } from "../../emit/report.js";
import type { PlanOptions } from "../../plan/options.js";
import { refuse } from "../../problems/problem.js";
import { readBounded } from "../files.js";
import { runtimeSources } from "../runtime-sources.js";
import { openTarget, type Target } from "../target.js";

/** A model and where it is. */
export interface BenchModel {
  readonly name: string;
  readonly path: string;
  /** How its weights are changed before it is compiled. */
  readonly variant?: VariantName;
}

/** One board of each instruction set that an engine runs. */
export const defaultBoards: readonly string[] = ["esp32-c3", "esp8266"];

/** The baseline that the project keeps. */
export const baselinePath = (): string => projectPath("bench", "baseline.json");

/** Public models beside the project, a folder each, with TFLM's instruction counts; there need not be any. */
export const golden = (...parts: readonly string[]) => projectPath("..", "shared", "golden", ...parts);

/** TFLM's counts on rv32imc. */
export const referencePath = (): string => golden("tflm-rv32imc.json");

/** Of the public models those that take seconds to emulate: each kind of network once. */
const goldenModels = [
  "hello_world_int8",
  "mww_v2_hey_jarvis",
  "ad01_int8",
  "micro_speech_int8",
  "magic_wand_int8",
];

/** The models that the project ships, and public ones where they are. */
export function defaultModels(): readonly BenchModel[] {
  return ["digits", ...goldenModels].flatMap((name) => knownModel(name) ?? []);
}

/**
 * A model by its path, or by the name of one that the project ships or that is public; after a colon, a variant of it.
 *
 * @throws Refusal `bench-variant-unknown`
 */
export function benchModel(path: string): BenchModel {
  if (existsSync(path)) return { name: nameOf(path), path };
  const [base, variant] = path.split(":");
  const known = knownModel(base);
  if (!known || variant === undefined) return known ?? { name: nameOf(path), path };
  return isVariant(variant)
    ? { ...known, name: path, variant }
    : refuse("bench-variant-unknown", { model: path, known: variantNames });
}

/** The compiled model. */
export async function openModel({ path, name, variant }: BenchModel, options: PlanOptions): Promise<Target> {
  if (!variant) return openTarget(path, options);
  const file = variantFile(await readBounded(path), basename(path), variant);
  const { artifact, plan, module } = compile(file, `${name}.tflite`, await runtimeSources(), options);
  return { artifact, report: report(plan, module) };
}

function knownModel(name: string): BenchModel | undefined {
  if (!/^[\w-]+$/.test(name)) return undefined;
  const places = [projectPath("models", name, `${name}.tflite`), golden(name, "model.tflite")];
  const path = places.find((place) => existsSync(place));
  return path === undefined ? undefined : { name, path };
}

/** What a model's path calls it: its file or folder, without the extension; its folder where the file is any model's. */
function nameOf(path: string): string {
  const [file = path, folder] = path.split(/[/\\]/).filter(Boolean).reverse();
  return file === "model.tflite" && folder !== undefined ? folder : file.replace(/\.\w+$/, "");
}
