import type { WordsOf } from "./problem.js";

/** What can go wrong when a model runs on an engine, or when an engine is prepared. */
export interface EngineProblems {
  "engine-unknown": { engine: string; known: readonly string[] };
  "engine-exception": { engine: string; message: string; at: string };
  "engine-timeout": { engine: string; seconds: number; vector: number };
  "engine-trap": { engine: string; cause: number; pc: number; address: number };
  "engine-stopped": { engine: string; how: string; output: string };
  "engine-uncounted": { engine: string };
  "machine-full": { heap: "chunk" | "slot" | "block"; size: string; said: string; at: string };
  "machine-stack": { slots: number; at: string };
  "artifact-file": { path: string; why: string };
  "cache-folder": { path: string; reason: string };
  "stage-folder": { path: string; reason: string };
  "tool-missing": { tool: string; needed: string; install: string };
  "tools-missing": { tools: readonly string[]; needed: string; packages: readonly string[] };
  "tools-install": { packages: readonly string[]; output: string };
  "xs-fetch": { source: string; reason: string };
  "xs-integrity": { source: string; expected: string; found: string };
  "xs-build": { file: string; output: string };
}

const where = (at: string) => (at ? ` at ${at}` : "");
const hex = (value: number) => `0x${value.toString(16)}`;
const again = "compile the model again with this version of xsnn";

export const engineWords: WordsOf<EngineProblems> = {
  "engine-unknown": ({ engine, known }) => ({
    what: `there is no engine "${engine}"`,
    todo: `use one of: ${known.join(", ")}`,
  }),
  "engine-exception": ({ engine, message, at }) => ({
    what: `the model threw under ${engine}${where(at)}: ${message}`,
    todo: again,
  }),
  "engine-timeout": ({ engine, seconds, vector }) => ({
    what: `${engine} gave no sign for ${seconds} s in vector ${vector}`,
    todo: "allow more time, or run the model on engine node first",
  }),
  "engine-trap": ({ engine, cause, pc, address }) => ({
    what: `${engine} trapped: cause ${cause} at pc ${hex(pc)}, address ${hex(address)}`,
    todo: "run the model on engine node; if it runs there, this is a fault of the board's program",
  }),
  "engine-stopped": ({ engine, how, output }) => ({
    what: `${engine} ended before the job was done (${how})${output && `: ${output}`}`,
    todo: "run the model on engine node to see whether the model or the engine is at fault",
  }),
  "engine-uncounted": ({ engine }) => ({
    what: `${engine} does not count both instructions and memory, so there is nothing to find with it`,
    todo: "name a board with a chip, which is emulated and counted",
  }),
  "machine-full": ({ heap, size, said, at }) => ({
    what: `the ${heap === "block" ? "block" : `${heap} heap`} of ${size} is full${where(at)}${said && ` (${said})`}`,
    todo: `${
      heap === "block"
        ? "give it more (`moddable.creation.static` of the board's description)"
        : "give the machine more (`--machine` of `xsnn run` and `xsnn validate`)"
    }, or choose a smaller model`,
  }),
  "machine-stack": ({ slots, at }) => ({
    what: `the stack of ${slots} slots overflows${where(at)}`,
    todo: "give the machine more (`--machine` of `xsnn run` and `xsnn validate`), or look for endless recursion",
  }),
  "artifact-file": ({ path, why }) => ({ what: `the artifact's ${path} ${why}`, todo: again }),
  "cache-folder": ({ path, reason }) => ({
    what: `cannot write ${path}: ${reason}`,
    todo: "set XSNN_CACHE to a folder that can be written",
  }),
  "stage-folder": ({ path, reason }) => ({
    what: `cannot write temporary files in ${path}: ${reason}`,
    todo: "make room there, or set TMPDIR to another folder",
  }),
  "tool-missing": ({ tool, needed, install }) => ({
    what: `${needed} needs ${tool}, which is not on the PATH`,
    todo: install,
  }),
  "tools-missing": ({ tools, needed, packages }) => ({
    what: `${needed} needs ${tools.join(", ")}, which this computer has not`,
    todo: `type \`sudo apt-get install --no-install-recommends ${packages.join(" ")}\`, or have it done by --install`,
  }),
  "tools-install": ({ packages, output }) => ({
    what: `apt-get cannot install ${packages.join(" ")}: ${output}`,
    todo: "look at what apt-get says; other systems than Debian name these packages differently",
  }),
  "xs-fetch": ({ source, reason }) => ({
    what: `npm cannot fetch the XS sources, ${source}: ${reason}`,
    todo: `they are fetched once: check the network and npm's registry with \`npm view ${source}\`, then try again`,
  }),
  "xs-integrity": ({ source, expected, found }) => ({
    what: `${source} is not what was pinned: ${found} instead of ${expected}`,
    todo: "do not use it; check which registry npm is configured for",
  }),
  "xs-build": ({ file, output }) => ({
    what: `the C compiler fails on ${file}: ${output}`,
    todo: "use a recent gcc or clang (the CC variable names another than cc)",
  }),
};
