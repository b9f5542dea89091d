/** The application's Moddable manifest. */
import { json } from "../emit/text.js";
import type { App, AppModel } from "./app.js";

/** Modules that need no host: preloaded, they stay in flash. */
const PURE = ["scores", "self-test", "sensor"];

/**
 * `creation` and what the console needs stand under the board's own platform. On others, such as the simulator, the SDK's
 * defaults hold, and the console is what the SDK has.
 */
export function appManifest({ name, models, board }: App): string {
  return json({
    build: {
      NAME: name,
      ...(board.partitions && { PARTITIONS_FILE: "./partitions.csv" }),
      IO: "$(MODDABLE)/modules/io", // the SDK's manifest of the serial port counts on it
    },
    include: [
      "$(MODDABLE)/examples/manifest_base.json",
      ...models.map(({ module }) => `./models/${module}/manifest.json`),
    ],
    modules: { main: "./main", ...Object.fromEntries(PURE.map((module) => [module, `./${module}`])) },
    preload: PURE,
    data: Object.fromEntries(models.map(vectorsEntry)),
    config: { selfTest: true, interval: 1000 },
    platforms: {
      [board.platform]: {
        ...(board.consolePin === undefined
          ? { modules: { print: "./print-trace" } }
          : {
              include: "$(MODDABLE)/modules/io/serial/manifest.json",
              modules: { print: "./print-serial" },
              config: { consolePin: board.consolePin },
            }),
        creation: board.creation,
      },
      "...": { modules: { print: "./print-trace" } },
    },
  });
}

function vectorsEntry({ module }: AppModel): [name: string, path: string] {
  return [`${module}-vectors`, `./models/${module}-vectors.bin`];
}
