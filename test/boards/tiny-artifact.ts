/** A small artifact by hand, in the form that the emitter gives it: two inputs, two outputs, a variable, three tiles. */
import { readdirSync, readFileSync } from "node:fs";
import type { Artifact } from "../../boards/engine.js";
import { transpile } from "../../codegen/emit/transpile.js";

export interface Tiny {
  /** Statements at the end of the second layer's kernel, where `memory` and `tile` are known. */
  readonly inKernel?: string;
  /** Statements of the module, before the class. */
  readonly inModule?: string;
  /** Bytes that the arena has beyond the 20 that are used. */
  readonly arenaExtra?: number;
  /** Files left out. */
  readonly without?: readonly string[];
}

/** Layer 0: scaled = input · weight. Layer 1, in two tiles: state += scaled; sum = state. State begins at 1, 2, 3, 4. */
export function tinyArtifact({
  inKernel = "",
  inModule = "",
  arenaExtra = 0,
  without = [],
}: Tiny = {}): Artifact {
  const tensor = (name: string, offset: number, length: number) =>
    JSON.stringify({ name, shape: [length], dtype: "int8", scale: 1, zeroPoint: 0, offset, length });
  const source = `import { Network } from "./xsnn/network.js";
import { mapWeights } from "./xsnn/weights.js";

function scale({ int8, weights8 }) {
  for (let i = 0; i < 4; i++) int8[4 + i] = int8[i] * weights8[i];
}

function accumulate(memory, layer, tile) {
  const { int8 } = memory;
  for (let i = 2 * tile; i < 2 * tile + 2; i++) {
    int8[8 + i] += int8[4 + i];
    int8[12 + i] = int8[8 + i];
  }
  ${inKernel}
}

${inModule}

const plan = {
  layers: [
    { name: "scale", tiles: 1, kernel: scale },
    { name: "accumulate", tiles: 2, kernel: accumulate },
  ],
  inputs: [${tensor("left", 0, 2)}, ${tensor("right", 2, 2)}],
  outputs: [${tensor("sum", 12, 4)}, ${tensor("scaled", 4, 4)}],
  variables: [{ name: "state", offset: 8, length: 4, initial: 4 }],
  arenaBytes: ${20 + arenaExtra},
  weightsBytes: 8,
  hasInt16: false,
};

export default class Tiny extends Network {
  constructor() {
    super(plan, mapWeights("tiny/weights.bin"));
  }
}
`;
  const modules = runtimeModules();
  const texts: Record<string, string> = {
    "tiny.js": source,
    "package.json": JSON.stringify({ type: "module" }),
    "manifest.json": JSON.stringify({
      modules: {
        tiny: ["./tiny.js"],
        ...Object.fromEntries(modules.map((name) => [`xsnn/${name}`, `./xsnn/${name}.js`])),
        "xsnn/weights": "./xsnn/moddable/weights.js",
      },
      preload: ["tiny", ...modules.map((name) => `xsnn/${name}`)],
      data: { "tiny/weights": "./weights.bin" },
    }),
    ...Object.fromEntries(modules.map((name) => [`xsnn/${name}.js`, transpile(runtime(`${name}.ts`))])),
    "xsnn/weights.js": runtime("hosts/node/weights.js"),
    "xsnn/moddable/weights.js": runtime("hosts/moddable/weights.js"),
  };
  const files = new Map<string, Uint8Array>([["weights.bin", Uint8Array.of(1, -2, 3, -4, 1, 2, 3, 4)]]);
  for (const [path, text] of Object.entries(texts)) files.set(path, new TextEncoder().encode(text));
  for (const path of without) files.delete(path);
  return files;
}

/** All of the runtime, without ".ts". */
export function runtimeModules(): string[] {
  const names = readdirSync(new URL("../../runtime/", import.meta.url));
  return names.filter((name) => name.endsWith(".ts")).map((name) => name.replace(/\.ts$/, ""));
}

function runtime(path: string): string {
  return readFileSync(new URL(`../../runtime/${path}`, import.meta.url), "utf8");
}
