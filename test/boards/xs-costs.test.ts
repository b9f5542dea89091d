/** What BigInt steps cost on the emulated board, against counts on Moddable's own build for the ESP32-C3. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { tinyArtifact } from "./tiny-artifact.js";

/** Instructions of `acc + V * s` by the words of V: Moddable XS 17.7, 32 KB of chunks, preloaded, loop included. */
const PUBLISHED: readonly [words: number, instructions: number][] = [
  [8, 1414],
  [32, 2333],
  [128, 5975],
];

/** Instructions of the second layer, whose kernel makes 200 times the input's first byte iterations in each of two tiles. */
async function count(words: number, hundreds: number): Promise<number> {
  const artifact = tinyArtifact({
    inModule: `const V = (1n << ${32 * words - 10}n) - 12345n; const A = V >> 1n; const S = 77n;`,
    inKernel: "let acc = 0n; const n = 200 * memory.int8[0]; for (let i = 0; i < n; i++) acc = A + V * S;",
  });
  const { counters } = await rv32Engine.run({
    artifact,
    module: "tiny",
    vectors: [[Uint8Array.of(hundreds, 0, 0, 0)]],
    machine: { chunkBytes: 32 * 1024, slots: 448, stackSlots: 256 },
  });
  return counters.layers![1].instructions;
}

it.each(PUBLISHED)(
  "BigInt acc + V * s of %i words costs within 25 per cent of %i instructions",
  async (words, published) => {
    const each = ((await count(words, 10)) - (await count(words, 5))) / (2 * 200 * 5);
    expect(Math.abs(each / published - 1), `${each} instructions`).toBeLessThan(0.25);
  },
);
