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
  return ["digits", ...goldenModels].flatMap((name) => knownModel(name) ?? []);
}

/** A model by its path, or by the name of one that the project ships or that is public. */
export function benchModel(path: string): BenchModel {
  const known = existsSync(path) ? undefined : knownModel(path);
  return known ?? { name: nameOf(path), path };
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
