/** What every engine must do: one list, run against each of them. */
import { expect } from "vitest";
import type { Artifact, Job, Machine, Report } from "../../boards/engine.js";
import type { Code } from "../../codegen/problems/problem.js";
import { runtimeModules, tinyArtifact } from "./tiny-artifact.js";

type EngineCase = {
  readonly name: string;
  readonly job: Job;
  /** The engines that it is about; all if not given. */
  readonly engines?: readonly string[];
} & (
  | { readonly check: (report: Report) => void }
  /** The refusal's code, and what its text says. */
  | { readonly refused: Code; readonly says: RegExp }
);

/** Engines whose machine has heaps of its own, which do not grow. */
const machines = ["xs", "qemu-rv32", "qemu-lx106"];
/** Engines that count instructions. */
const counting = ["qemu-rv32", "qemu-lx106"];

const bytes = (...values: readonly number[]) => Uint8Array.from(values);
/** sum, then scaled, as two's complement. */
const outputs = (sum: readonly number[], scaled: readonly number[]) => bytes(...sum, ...scaled);

function job(more: Partial<Job>): Job {
  return { artifact: tinyArtifact(), module: "tiny", vectors: [[bytes(1, 1, 1, 1)]], ...more };
}

/** Folds the bits of a few thousand sums, products, quotients, roots and conversions, some of them subnormal, to 32 bits. */
const doubles = `let hash = 0, x = 1.1;
  const word = new Int32Array(2), real = new Float64Array(word.buffer), single = new Float32Array(1);
  const take = (value) => { real[0] = value; hash = (Math.imul(hash, 31) + word[0] + Math.imul(word[1], 7)) | 0; };
  for (let i = 1; i < 400; i++) {
    x = (x * 1.7 + i / 3) % 1e6;
    word[0] = Math.imul(i, 0x9e3779b1);
    word[1] = (i & 1 ? 0 : 0x80000000) | (((i * 5) % 2047) << 20) | (i * 2531);
    const y = real[0];
    single[0] = y;
    for (const value of [x, y, x + y, x - y, x * y, x / y, y / x, Math.sqrt(x), y | 0, y >>> 0, single[0], Math.floor(x), i / 7, x * i]) take(value);
  }`;

/** A machine of one block, as the ESP32-C3 and the ESP8266 have it. */
const block = (bytes: number): Machine => ({
  chunkBytes: 1536,
  slots: 128,
  stackSlots: 256,
  block: { bytes, chunkIncrement: 512, slotIncrement: 64 },
});
/** Objects of one property, two slots each, all live at once. */
const listOf = (count: number) => `for (let i = 0, list = null; i < ${count}; i++) list = { list };`;

export const engineCases: readonly EngineCase[] = [
  {
    name: "one step: inputs and outputs are concatenated",
    job: job({ vectors: [[bytes(1, 2, 3, 4)]] }),
    check({ vectors }) {
      expect(vectors).toHaveLength(1);
      expect(vectors[0].outputs).toEqual([outputs([2, -2, 12, -12], [1, -4, 9, -16])]);
      expect(vectors[0].trace.size).toBe(0);
    },
  },
  {
    name: "state goes on from step to step and begins anew with each vector",
    job: job({
      vectors: [[bytes(1, 1, 1, 1), bytes(2, 2, 2, 2)], [bytes(0, 0, 0, 0)], [], [bytes(1, 0, 0, 0)]],
    }),
    check({ vectors }) {
      expect(vectors.map((vector) => vector.outputs)).toEqual([
        [outputs([2, 0, 6, 0], [1, -2, 3, -4]), outputs([4, -4, 12, -8], [2, -4, 6, -8])],
        [outputs([1, 2, 3, 4], [0, 0, 0, 0])],
        [],
        [outputs([2, 2, 3, 4], [1, 0, 0, 0])],
      ]);
    },
  },
  {
    name: "traces are read when their layer is complete, in a vector's last step",
    job: job({
      vectors: [[bytes(9, 9, 9, 9), bytes(1, 2, 3, 4)], [bytes(5, 6, 7, 8)]],
      trace: [
        { id: 30, layer: 1, offset: 12, length: 4 },
        { id: 10, layer: -1, offset: 0, length: 4 },
        { id: 21, layer: 0, offset: 8, length: 4 },
        { id: 20, layer: 0, offset: 4, length: 3 },
      ],
    }),
    check({ vectors }) {
      expect(vectors.map((vector) => Object.fromEntries(vector.trace))).toEqual([
        {
          10: bytes(1, 2, 3, 4),
          20: bytes(1, -4, 9),
          21: bytes(10, -16, 30, -32),
          30: bytes(11, -20, 39, -48),
        },
        { 10: bytes(5, 6, 7, 8), 20: bytes(5, -12, 21), 21: bytes(1, 2, 3, 4), 30: bytes(6, -10, 24, -28) },
      ]);
    },
  },
  {
    name: "no vectors: the model is loaded and nothing else",
    job: job({ vectors: [] }),
    check: ({ vectors }) => expect(vectors).toEqual([]),
  },
  {
    name: "every module of the runtime loads",
    job: job({
      artifact: tinyArtifact({
        inModule: runtimeModules()
          .map((name) => `import "./xsnn/${name}.js";`)
          .join(""),
      }),
      machine: { chunkBytes: 256 * 1024, slots: 16384, stackSlots: 512 },
    }),
    check: ({ vectors }) => expect(vectors).toHaveLength(1),
  },
  {
    name: "many vectors",
    job: job({ vectors: Array.from({ length: 500 }, (_, i) => [bytes(i, 0, 0, 0)]) }),
    check({ vectors }) {
      expect(vectors.map((vector) => vector.outputs[0][4])).toEqual(
        Array.from({ length: 500 }, (_, i) => i & 255),
      );
    },
  },
  {
    name: "doubles have the same bits",
    job: job({
      artifact: tinyArtifact({ inKernel: `if (tile === 0) return; ${doubles} memory.int32[3] = hash;` }),
    }),
    check({ vectors }) {
      const expected = new Function(`${doubles} return hash;`)();
      expect(Buffer.from(vectors[0].outputs[0]).readInt32LE(0)).toBe(expected);
    },
  },
  {
    name: "a step of the wrong length",
    job: job({ vectors: [[bytes(1, 2, 3)]] }),
    refused: "engine-exception",
    says: /a step takes 4 bytes of input, 3 given/,
  },
  {
    name: "an exception in a layer comes with its message and place",
    job: job({ artifact: tinyArtifact({ inKernel: `throw new RangeError("tile " + tile);` }) }),
    refused: "engine-exception",
    says: /tiny\.js:14(:\d+)?: RangeError: tile 0 /,
  },
  {
    name: "an exception that is no Error",
    job: job({ artifact: tinyArtifact({ inKernel: `throw "just text";` }) }),
    refused: "engine-exception",
    says: /just text/,
  },
  {
    name: "an exception while the module loads",
    job: job({ artifact: tinyArtifact({ inModule: "null.length;" }) }),
    refused: "engine-exception",
    says: /tiny\.js:17(:\d+)?: TypeError/,
  },
  {
    name: "a syntax error",
    job: job({ artifact: tinyArtifact({ inModule: "const = 3;" }) }),
    refused: "engine-exception",
    says: /SyntaxError/,
  },
  {
    name: "a syntax error with its place",
    engines: machines, // Node keeps it to itself
    job: job({ artifact: tinyArtifact({ inModule: "const = 3;" }) }),
    refused: "engine-exception",
    says: /at tiny\.js:17: SyntaxError/,
  },
  {
    name: "a module of the artifact that is missing",
    job: job({ artifact: tinyArtifact({ inModule: `import "./xsnn/other.js";` }) }),
    refused: "engine-exception",
    says: /xsnn\/other.*imported (by|from) "?tiny/,
  },
  {
    name: "weights of another model",
    job: job({ artifact: new Map([...tinyArtifact(), ["weights.bin", bytes(1, 2, 3, 4)]]) }),
    refused: "engine-exception",
    says: /weights\.bin has 4 bytes, the model needs 8/,
  },
  {
    name: "an endless loop",
    job: job({
      artifact: tinyArtifact({ inKernel: "while (memory.int8[0] === 7);" }),
      vectors: [[bytes(1, 1, 1, 1)], [bytes(7, 1, 1, 1)]],
      stepSeconds: 1,
    }),
    refused: "engine-timeout",
    says: /no sign for 1 s in vector 1/,
  },
  {
    name: "a path that leaves the folder",
    job: job({ artifact: new Map([...tinyArtifact(), ["../outside.js", bytes()]]) }),
    refused: "artifact-file",
    says: /\.\.\/outside\.js/,
  },
  {
    name: "heaps: built-ins, the model, and the peaks",
    engines: machines,
    job: job({ artifact: tinyArtifact({ arenaExtra: 10_000 }) }),
    check({ counters: { heap } }) {
      expect(heap!.builtinSlots).toBeLessThan(100);
      expect(heap!.loadedSlots).toBeGreaterThan(heap!.builtinSlots);
      expect(heap!.peakSlots).toBeGreaterThanOrEqual(heap!.loadedSlots);
      expect(heap!.loadedChunkBytes).toBeGreaterThanOrEqual(heap!.builtinChunkBytes + 10_020);
      expect(heap!.peakChunkBytes).toBeGreaterThanOrEqual(heap!.loadedChunkBytes);
      expect(heap!.peakStackSlots).toBeGreaterThan(50);
      expect(heap!.peakStackSlots).toBeLessThan(384);
    },
  },
  {
    name: "runs allocate nothing",
    engines: machines,
    job: job({ vectors: Array.from({ length: 50 }, () => [bytes(1, 2, 3, 4), bytes(5, 6, 7, 8)]) }),
    check({ counters: { heap } }) {
      expect(heap!.peakSlots).toBe(heap!.loadedSlots);
      expect(heap!.peakChunkBytes).toBe(heap!.loadedChunkBytes);
    },
  },
  {
    name: "code costs the heaps nothing: it stays in flash",
    engines: machines,
    job: job({
      artifact: tinyArtifact({
        inModule: `function unused() { return [${Array.from({ length: 20_000 }, (_, i) => `"text ${i}"`)}]; }`,
      }),
    }),
    check({ counters: { heap } }) {
      expect(heap!.peakChunkBytes - heap!.builtinChunkBytes).toBeLessThan(1000);
    },
  },
  {
    name: "an arena larger than the chunk heap",
    engines: machines,
    job: job({ artifact: tinyArtifact({ arenaExtra: 200_000 }) }),
    refused: "machine-full",
    says: /the chunk heap of 106496 bytes is full at xsnn\/network\.js:\d+ \(.*200\d\d\d bytes/,
  },
  {
    name: "the slot heap is full",
    engines: machines,
    job: job({ artifact: tinyArtifact({ inKernel: "for (let list = null; ; ) list = { list };" }) }),
    refused: "machine-full",
    says: /the slot heap of 1152 slots is full at tiny\.js:14/,
  },
  {
    name: "the stack overflows",
    engines: machines,
    job: job({
      artifact: tinyArtifact({ inModule: "const deep = (n) => deep(n + 1) + 1;", inKernel: "deep(0);" }),
    }),
    refused: "machine-stack",
    says: /the stack of 384 slots overflows at tiny\.js:17/,
  },
  {
    name: "a machine of one's own",
    engines: machines,
    job: job({
      artifact: tinyArtifact({ arenaExtra: 200_000 }),
      machine: { chunkBytes: 256 * 1024, slots: 400, stackSlots: 300 },
    }),
    check: ({ vectors }) => expect(vectors[0].outputs).toEqual([outputs([2, 0, 6, 0], [1, -2, 3, -4])]),
  },
  {
    name: "slots take what chunks leave of a block",
    engines: machines,
    job: job({ artifact: tinyArtifact({ arenaExtra: 8000, inKernel: listOf(550) }), machine: block(94_208) }),
    check({ counters: { heap } }) {
      expect(heap!.liveChunkBytes).toBeGreaterThan(8000);
      expect(heap!.peakSlots).toBeGreaterThan(1100);
    },
  },
  {
    name: "chunks take what slots leave of a block",
    engines: machines,
    job: job({ artifact: tinyArtifact({ arenaExtra: 65_000 }), machine: block(94_208) }),
    check: ({ counters: { heap } }) => expect(heap!.liveChunkBytes).toBeGreaterThan(65_000),
  },
  {
    name: "slots take what chunks no longer use of a block",
    engines: machines,
    job: job({
      artifact: tinyArtifact({
        inKernel: `if (tile === 0) { for (let i = 0; i < 9; i++) new Uint8Array(70_000); ${listOf(900)} }`,
      }),
      machine: block(94_208),
    }),
    check({ counters: { heap } }) {
      expect(heap!.peakChunkBytes).toBeGreaterThan(70_000);
      expect(heap!.peakSlots).toBeGreaterThan(1800);
    },
  },
  {
    name: "chunks grow by what is not yet free at their end of a block",
    engines: machines,
    job: job({
      artifact: tinyArtifact({ inKernel: "new Uint8Array(45_000); new Uint8Array(70_000);" }),
      machine: block(94_208),
    }),
    check: ({ counters: { heap } }) => expect(heap!.peakChunkBytes).toBeGreaterThan(70_000),
  },
  {
    name: "slots meet chunks: the block is full",
    engines: machines,
    job: job({
      artifact: tinyArtifact({ inKernel: "for (let list = null; ; ) list = { list };" }),
      machine: block(32_768),
    }),
    refused: "machine-full",
    says: /the block of 32768 bytes for chunks, slots and stack is full at tiny\.js:14 \(Slot allocation: /,
  },
  {
    name: "chunks meet slots: the block is full",
    engines: machines,
    job: job({
      artifact: tinyArtifact({ inKernel: "for (const all = []; ; ) all.push(new Uint8Array(1000));" }),
      machine: block(32_768),
    }),
    refused: "machine-full",
    says: /the block of 32768 bytes for chunks, slots and stack is full at tiny\.js:14 \(Chunk allocation: /,
  },
  {
    name: "a block that does not hold the stack",
    engines: machines,
    job: job({ machine: block(4096) }),
    refused: "machine-full",
    says: /the block of 4096 bytes for chunks, slots and stack is full \(Slot allocation: no room for the stack\)/,
  },
  {
    name: "a machine that is larger than what is emulated",
    engines: machines,
    job: job({ machine: { chunkBytes: 2_000_000_000, slots: 400, stackSlots: 300 } }),
    refused: "engine-stopped",
    says: /the memory of the emulated machine does not hold that/,
  },
  {
    name: "a write to flash, which XS makes for a preloaded date, traps",
    engines: ["xs", "qemu-rv32"],
    job: job({
      artifact: tinyArtifact({ inModule: "const date = new Date(5);", inKernel: "date.setTime(7);" }),
    }),
    refused: "engine-trap",
    says: /trapped: cause (7|11) at pc 0x/,
  },
  {
    name: "weights cannot be written, as in flash",
    engines: machines,
    job: job({ artifact: tinyArtifact({ inKernel: "memory.weights8[0] = 5;" }) }),
    refused: "engine-exception",
    says: /tiny\.js:14: TypeError.*read-only/,
  },
  {
    name: "modules are those of the manifest, whatever lies in the folder",
    engines: machines,
    job: job({ artifact: withManifest({ modules: { tiny: "./tiny.js" }, preload: [] }) }),
    refused: "engine-exception",
    says: /module "xsnn\/network" not found, imported by "tiny"/,
  },
  {
    name: "data are those of the manifest",
    engines: machines,
    job: job({ artifact: withManifest({ data: {} }) }),
    refused: "engine-exception",
    says: /Resource "tiny\/weights\.bin" not found/,
  },
  {
    name: "a module to preload that there is not",
    engines: machines,
    job: job({ artifact: withManifest({ preload: ["other"] }) }),
    refused: "artifact-file",
    says: /manifest\.json preloads "other"/,
  },
  {
    name: "what is not preloaded takes memory, and works as well",
    engines: machines,
    job: job({ artifact: withManifest({ preload: [] }) }),
    check({ vectors, counters: { heap } }) {
      expect(vectors[0].outputs).toEqual([outputs([2, 0, 6, 0], [1, -2, 3, -4])]);
      expect(heap!.loadedSlots).toBeGreaterThan(400);
    },
  },
  {
    name: "preloaded: typed arrays are read-only",
    engines: machines,
    job: job({
      artifact: tinyArtifact({ inModule: "const table = new Int8Array(4);", inKernel: "table[1] = 2;" }),
    }),
    refused: "engine-exception",
    says: /tiny\.js:14: TypeError.*read-only/,
  },
  {
    name: "preloaded: variables and objects can change, in memory",
    engines: machines,
    job: job({
      artifact: tinyArtifact({
        inModule: `let calls = 0; const seen = { last: "" }; const list = [1, 2];`,
        inKernel: `calls++; seen.last = "call " + calls; list.push(calls);
          if (tile === 1) { memory.int8[12] = calls; memory.int8[13] = seen.last.length; memory.int8[14] = list.length; }`,
      }),
      vectors: [[bytes(1, 1, 1, 1)], [bytes(1, 1, 1, 1)]],
    }),
    check({ vectors }) {
      expect(vectors.map((vector) => Array.from(vector.outputs[0].subarray(0, 3)))).toEqual([
        [2, 6, 4],
        [4, 6, 6],
      ]);
    },
  },
  {
    name: "preloaded: strings, big integers and functions survive collections",
    engines: machines,
    job: job({
      artifact: tinyArtifact({
        inModule: `const text = "begin" + String(12); const big = 3n ** 90n; const twice = (x) => x + x;
          const held = Object.freeze({ list: Object.freeze(["a" + text, big]) });`,
        inKernel: `let sum = 0n, words = [];
          for (let i = 0; i < 3000; i++) { sum = sum + big; words.push(text + i); if (words.length > 20) words = [twice(text)]; }
          const same = (a, b) => String(a) === String(b); // XS: a frozen big integer is not === its equal
          if (!same(sum, 3000n * 3n ** 90n) || text !== "begin12" || held.list[0] !== "abegin12" || !same(held.list[1], 3n ** 90n))
            throw new Error(text + " " + sum);`,
      }),
    }),
    check: ({ counters: { heap } }) => {
      expect(heap!.collections).toBeGreaterThan(2);
      expect(heap!.liveChunkBytes).toBeLessThan(heap!.peakChunkBytes);
    },
  },
  {
    name: "instructions: each layer's, and what collections took of them",
    engines: counting,
    job: job({
      artifact: tinyArtifact({
        inKernel: "for (let i = 0, list = null; i < 3000; i++) list = { i };",
      }),
      vectors: [[bytes(1, 1, 1, 1), bytes(2, 2, 2, 2)], [bytes(1, 1, 1, 1)]],
    }),
    check({ vectors, counters: { instructions, inCollections, layers, heap } }) {
      expect(heap!.collections).toBeGreaterThan(5);
      expect(layers).toHaveLength(2);
      expect(layers![0].instructions).toBeGreaterThan(3 * 4 * 1000);
      expect(layers![0].instructions).toBeLessThan(3 * 4 * 10_000);
      expect(layers![0].inCollections).toBe(0);
      expect(layers![1].instructions).toBeGreaterThan(3 * 2 * 3000 * 500);
      expect(layers![1].inCollections).toBeGreaterThan(heap!.collections * 1152 * 5);
      expect(layers![1].inCollections).toBeLessThan(layers![1].instructions / 2);
      expect(instructions).toBe(layers![0].instructions + layers![1].instructions);
      expect(inCollections).toBe(layers![1].inCollections);
      const [two, one] = vectors.map((vector) => vector.layers![1]);
      expect(two.instructions + one.instructions).toBe(layers![1].instructions);
      expect(two.instructions).toBeGreaterThan(1.5 * one.instructions);
      const [longest, least] = [layers![1].longestStep, layers![1].instructions / 6];
      expect(longest).toBeGreaterThan(least);
      expect(longest).toBeLessThan(2 * least);
      expect(longest).toBe(Math.max(two.longestStep, one.longestStep));
    },
  },
  {
    name: "flash: bytecode, constants and what is frozen",
    engines: machines,
    job: job({}),
    check({ counters: { flash, heap } }) {
      expect(flash!.constantBytes).toBe(8);
      expect(flash!.bytecodeBytes).toBeGreaterThan(5000);
      expect(flash!.frozenSlots).toBeGreaterThan(3500);
      expect(flash!.frozenChunkBytes).toBeGreaterThan(1000);
      expect(flash!.modelFrozenBytes).toBeGreaterThan(1000);
      const frozenBytes = heap!.slotBytes * flash!.frozenSlots + flash!.frozenChunkBytes;
      expect(flash!.modelFrozenBytes).toBeLessThan(frozenBytes);
    },
  },
  {
    name: "flash: BigInts of a preloaded module, of 4,004 bytes each, whose digits have been read when it is linked",
    engines: machines,
    job: job({ artifact: withBigInts(100) }),
    check({ counters: { flash } }) {
      expect(flash!.bytecodeBytes).toBeGreaterThan(5000);
      expect(flash!.bytecodeBytes).toBeLessThan((100 * 4004) / 8);
      expect(flash!.modelFrozenBytes / 100).toBeGreaterThan(4004);
      expect(flash!.modelFrozenBytes / 100).toBeLessThan(4004 * 1.3);
    },
  },
  {
    name: "a file of the manifest is missing",
    engines: machines,
    job: job({ artifact: tinyArtifact({ without: ["xsnn/tensor.js"] }) }),
    refused: "artifact-file",
    says: /xsnn\/tensor\.js is in the manifest/,
  },
  {
    name: "no manifest",
    engines: machines,
    job: job({ artifact: tinyArtifact({ without: ["manifest.json"] }) }),
    refused: "artifact-file",
    says: /manifest\.json is missing/,
  },
  {
    name: "a manifest with what artifacts never have",
    engines: machines,
    job: job({ artifact: withManifest({ modules: { "*": "./*" }, preload: [] }) }),
    refused: "artifact-file",
    says: /manifest\.json has an entry "\*"/,
  },
];

/** Constants of 1,001 words that a kernel uses: others are collected before the machine is frozen. */
function withBigInts(count: number): Artifact {
  const names = Array.from({ length: count }, (_, i) => `B${i}`);
  return tinyArtifact({
    inModule: names.map((name, i) => `const ${name} = ${(1n << 32000n) + BigInt(i)}n;`).join("\n"),
    inKernel: `if (layer === undefined) return [${names}];`,
  });
}

function withManifest(sections: object) {
  const artifact = tinyArtifact();
  const manifest = JSON.parse(new TextDecoder().decode(artifact.get("manifest.json")));
  const text = JSON.stringify({ ...manifest, ...sections });
  return new Map([...artifact, ["manifest.json", new TextEncoder().encode(text)]]);
}
