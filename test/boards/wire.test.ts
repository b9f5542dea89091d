import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Report } from "../../boards/engine.js";
import { lx106Engine, rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { openWire, type Wire } from "../../boards/wire.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { tinyArtifact } from "./tiny-artifact.js";

const LENGTH = 10_240;

/** Sends 10 KB that depend on `seed`, takes as many, and gives a checksum of them as the first output. */
const artifact = tinyArtifact({
  inModule: `import uart from "uart";`,
  inKernel: `if (tile === 0) return;
    const seed = memory.uint8[0], block = new Uint8Array(256);
    for (let sent = 0; sent < ${LENGTH}; sent += 256) {
      for (let i = 0; i < 256; i++) block[i] = (sent >> 8) * 7 + i * seed;
      uart.write(block.buffer, 0, 256);
    }
    let sum = 1;
    for (let taken = 0; taken < ${LENGTH}; taken += 128) {
      uart.read(block.buffer, 64, 128);
      for (let i = 64; i < 192; i++) sum = (Math.imul(sum, 31) + block[i]) | 0;
    }
    memory.int32[3] = sum;`,
});

function checksum(seed: number): number {
  let sum = 1;
  for (let at = 0; at < LENGTH; at++)
    sum = (Math.imul(sum, 31) + (((at >> 8) * 7 + (at & 255) * seed) & 255)) | 0;
  return sum;
}

const result = ({ vectors }: Report) => Buffer.from(vectors[0].outputs[0]).readInt32LE(0);

let wire: Wire;
beforeEach(async () => {
  wire = await openWire();
});
afterEach(() => wire.close());

it.each([
  { one: rv32Engine, other: rv32Engine },
  { one: rv32Engine, other: lx106Engine },
  { one: lx106Engine, other: lx106Engine },
  { one: xsEngine, other: rv32Engine },
])("$one.name and $other.name: 10 KB each way", async ({ one, other }) => {
  const run = (seed: number, end: 0 | 1) =>
    (end ? other : one).run({
      artifact,
      module: "tiny",
      vectors: [[Uint8Array.of(seed, 0, 0, 0)]],
      uart: wire.ends[end],
    });
  const [first, second] = await Promise.all([run(3, 0), run(5, 1)]);
  expect(result(first)).toBe(checksum(5));
  expect(result(second)).toBe(checksum(3));
});

it("nothing is left of a wire", async () => {
  const other = await openWire();
  await other.close();
  expect(readdirSync(tmpdir()).map((name) => `${tmpdir()}/${name}/a`)).not.toContain(other.ends[0]);
});
