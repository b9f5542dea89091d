/** models → a Moddable application around them: every file of its folder, as bytes. */
import type { Partition } from "../../boards/flash/flash-file.js";
import type { Artifact } from "../emit/artifact.js";
import type { RuntimeSources } from "../emit/runtime-files.js";
import { json } from "../emit/text.js";
import type { Creation } from "../plan/creation.js";
import { refuse } from "../problems/problem.js";
import { mainModule } from "./main-module.js";
import { appManifest } from "./manifest.js";
import { partitionsCsv } from "./partitions.js";
import { readme } from "./readme.js";

export interface AppModel {
  readonly module: string;
  readonly artifact: Artifact;
  /** Names of the elements of its first output; empty where there are none. */
  readonly labels: readonly string[];
  /** One after another from the initial state on: the bytes of all inputs, then those of all outputs. */
  readonly vectors: Uint8Array;
}

/** Of a board what an application has to say. */
export interface AppBoard {
  readonly name: string;
  /** What `mcconfig -p` takes. */
  readonly platform: string;
  /** The machine that all models together get. */
  readonly creation: Creation;
  /** Where its first UART transmits; absent where the console is the debugger's only. */
  readonly consolePin?: number;
  /** Absent where the chip knows no partitions. */
  readonly partitions?: readonly Partition[];
}

export interface App {
  readonly name: string;
  readonly board: AppBoard;
  readonly models: readonly AppModel[];
}

/** `app.json`: what tools must know of an application. */
export interface AppFile {
  readonly format: 1;
  readonly name: string;
  /** Name of the board that it is written for. */
  readonly board: string;
  /** Modules of its models. */
  readonly models: readonly string[];
}

/** Modules that every application carries, from `runtime/app/`. */
const CARRIED = ["scores", "self-test", "sensor", "print-trace", "print-serial"];

/**
 * @param sources the runtime, with `app/`
 * @returns path in the application's folder, with forward slashes, to content
 */
export function appFiles(app: App, sources: RuntimeSources): Artifact {
  const { name, board, models } = app;
  const modules = models.map(({ module }) => module);
  const about: AppFile = { format: 1, name, board: board.name, models: modules };
  const texts: [path: string, text: string][] = [
    ["app.json", json(about)],
    ["manifest.json", appManifest(app)],
    ["main.ts", mainModule(models, board.name)],
    ...CARRIED.map((module): [string, string] => {
      const path = `app/${module}.ts`;
      return [`${module}.ts`, sources.get(path) ?? refuse("runtime-incomplete", { path })];
    }),
    ["README.md", readme(app)],
  ];
  if (board.partitions) texts.push(["partitions.csv", partitionsCsv(board.partitions)]);
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array>();
  for (const [path, text] of texts) files.set(path, encoder.encode(text));
  for (const { module, artifact, vectors } of models) {
    files.set(`models/${module}-vectors.bin`, vectors);
    for (const [path, bytes] of artifact) files.set(`models/${module}/${path}`, bytes);
  }
  return files;
}
