/** Operations on BigInts of sizes that no price was fitted on, counted; and what they allocate. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { countSnippets, repeated, runLayers, type Snippet } from "../../codegen/cli/calibrate/snippets.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import * as bigint from "../../codegen/cost/bigint.js";
import * as garbage from "../../codegen/cost/garbage.js";

const sources = await runtimeSources();

/** A number of so many words, all of them in use. */
const number = (words: number, digits: string): string => `0x${digits.repeat(words)}n`;

/** What an expression of V, of `words` words, and other constants costs and allocates. */
interface Case {
  readonly text: string;
  readonly words: number;
  readonly other?: number;
  readonly instructions: number;
  readonly garbageBytes: number;
}

const W = 37;

const CASES: readonly Case[] = [
  { text: "V + O", words: W, instructions: bigint.add(W), garbageBytes: garbage.add(W) },
  { text: "V + O", words: W, other: 3, instructions: bigint.add(W, 3), garbageBytes: garbage.add(W) },
  { text: "V - O", words: W, instructions: bigint.subtract(W), garbageBytes: garbage.subtract(W) },
  { text: "V * O", words: W, other: 1, instructions: bigint.multiply(W), garbageBytes: garbage.multiply(W) },
  {
    text: "V * O",
    words: W,
    other: 4,
    instructions: bigint.multiply(W, 4),
    garbageBytes: garbage.multiply(W, 4),
  },
  { text: "V & O", words: W, instructions: bigint.bitwise(W), garbageBytes: garbage.bitwise(W) },
  { text: "V >> TEN", words: W, instructions: bigint.shift(W, 10), garbageBytes: garbage.shift(W, 10) },
  { text: "V >> SIX", words: W, instructions: bigint.shift(W, 96), garbageBytes: garbage.shift(W, 96) },
  { text: "V << TEN", words: W, instructions: bigint.shift(W, -10), garbageBytes: garbage.shift(W, -10) },
  { text: "V << SIX", words: W, instructions: bigint.shift(W, -96), garbageBytes: garbage.shift(W, -96) },
  {
    text: "V + 0x12345678n",
    words: W,
    instructions: bigint.add(W, 1) + bigint.literal(),
    garbageBytes: garbage.add(W) + garbage.literal(),
  },
  {
    text: "((V & O) * ONE + O) >> TEN",
    words: W,
    instructions: bigint.bitwise(W) + bigint.multiply(W) + bigint.add(W) + bigint.shift(W, 10),
    garbageBytes: garbage.bitwise(W) + garbage.multiply(W) + garbage.add(W) + garbage.shift(W, 10),
  },
];

function snippet({ text, words, other = words }: Case): Snippet {
  const constants = `const ONE = 1n; const TEN = 10n; const SIX = 96n;`;
  return {
    module: `const V = ${number(words, "7a3b19c5")}; const O = ${number(other, "61d2f00b")}; ${constants}`,
    setup: "let r;",
    body: `r = ${text};`,
  };
}

it("operations cost within 5 per cent of what is predicted", async () => {
  const counted = await countSnippets(rv32Engine, sources, CASES.map(snippet));
  for (const [i, { text, instructions }] of CASES.entries()) {
    const predicted = instructions + bigint.statement();
    expect(Math.abs(predicted / counted[i] - 1), `${text}: ${predicted} for ${counted[i]}`).toBeLessThan(
      0.05,
    );
  }
});

it.each(CASES)("$text allocates what is predicted", async (it) => {
  const machine = { chunkBytes: 2 ** 20, slots: 1000, stackSlots: 384 };
  const peak = async (iterations: number): Promise<number> => {
    const { heap } = await runLayers(rv32Engine, sources, [repeated(snippet(it), iterations)], machine);
    expect(heap.collections).toBe(0);
    return heap.peakChunkBytes;
  };
  expect(((await peak(110)) - (await peak(10))) / 100).toBe(it.garbageBytes);
});
