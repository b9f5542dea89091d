import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

/** What can be wrong with an application and with building it. */
export interface ModdableProblems {
  "folder-not-app": { path: string; why: string };
  "app-board": { path: string; written: string; asked: string };
  "mcconfig-missing": Record<string, never>;
  "typescript-missing": Record<string, never>;
  "build-failed": { board: string; tool: string; output: string };
  "build-incomplete": { board: string; path: string };
  "image-too-large": { image: string; bytes: number; available: number };
  "partitions-malformed": { path: string; line: number; why: string };
}

export const moddableWords: WordsOf<ModdableProblems> = {
  "folder-not-app": ({ path, why }) => ({
    what: `${path} is no application: ${why}`,
    todo: "`xsnn app` writes applications",
  }),
  "app-board": ({ path, written, asked }) => ({
    what: `${path} is an application for ${written}, not for ${quote(asked)}`,
    todo: "write one for that board with `xsnn app`: its memory and its partitions are another's",
  }),
  "mcconfig-missing": () => ({
    what: "there is no mcconfig on the PATH: the Moddable SDK builds applications",
    todo: "`xsnn doctor` says what is missing and how to get it",
  }),
  "typescript-missing": () => ({
    what: "there is no tsc of TypeScript 7 or later on the PATH, with which mcconfig compiles",
    todo: "npm install --global typescript@7",
  }),
  "build-failed": ({ board, tool, output }) => ({
    what: `building for ${board} failed in ${tool}: ${output.slice(-600) || "it said nothing"}`,
    todo: "`xsnn build --verbose` shows all that the tools print; `xsnn doctor` says what they need",
  }),
  "build-incomplete": ({ board, path }) => ({
    what: `the build for ${board} ended without ${path}`,
    todo: "`xsnn build --verbose` shows all that the tools print",
  }),
  "image-too-large": ({ image, bytes, available }) => ({
    what: `the image of the ${image} has ${bytes} bytes and its place in the flash ${available}: ${bytes - available} too many`,
    todo: "compile the model with --optimize size, take modules out of the manifest, or enlarge the partition in partitions.csv",
  }),
  "partitions-malformed": ({ path, line, why }) => ({
    what: `${path}, line ${line}: ${why}`,
    todo: "see ESP-IDF's documentation of partition tables, or write the application again with `xsnn app`",
  }),
};
