/** What is measured where nothing is named. */
import { existsSync } from "node:fs";
import { projectPath } from "../../../boards/project.js";

/** A model and where it is. */
export interface BenchModel {
  readonly name: string;
  readonly path: string;
}

/** One board of each instruction set that an engine runs. */
export const defaultBoards: readonly string[] = ["esp32-c3", "esp8266"];

/** The baseline that the project keeps. */
export const baselinePath = (): string => projectPath("bench", "baseline.json");

/** Public models beside the project, a folder each, with TFLM's instruction counts; there need not be any. */
const golden = (...parts: readonly string[]) => projectPath("..", "shared", "golden", ...parts);

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
  return ["digits", ...goldenModels].map(benchModel).filter(({ path }) => existsSync(path));
}

/** A model by the name that a default or public one has; anything else is a path. */
export function benchModel(name: string): BenchModel {
  const known = /^[\w-]+$/.test(name)
    ? [projectPath("models", name, `${name}.tflite`), golden(name, "model.tflite")].find((path) =>
        existsSync(path),
      )
    : undefined;
  return known === undefined ? { name: nameOf(name), path: name } : { name, path: known };
}

/** What a model's path calls it: its file or folder, without the extension. */
function nameOf(path: string): string {
  const [last = path] = path.split(/[/\\]/).filter(Boolean).slice(-1);
  return last.replace(/\.\w+$/, "");
}
