import { writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../boards/engine.js";
import { refuse } from "../../codegen/problems/problem.js";
import { type FakeEngine, fakeEngine } from "./fake-engine.js";
import { codesOf, inEmptyFolder, withEngines, writeModel } from "./harness.js";
import { identity } from "./models.js";

/** The fake, in no fewer than 1,000 bytes of chunks, 100 slots and 40 of stack, or a block that has as much. */
function sized(fake: FakeEngine): Engine {
  return {
    ...fake,
    async run(job) {
      const report = await fake.run(job);
      const { chunkBytes, slots, stackSlots, block } = job.machine!;
      const why = { said: "", at: "m.js:1" };
      if (block) {
        if (block.bytes < 1000 + 16 * (100 + stackSlots))
          refuse("machine-full", { heap: "block", size: `${block.bytes} bytes`, ...why });
        return report;
      }
      if (chunkBytes < 1000) refuse("machine-full", { heap: "chunk", size: `${chunkBytes} bytes`, ...why });
      if (slots < 100) refuse("machine-full", { heap: "slot", size: `${slots} slots`, ...why });
      if (stackSlots < 40) refuse("machine-stack", { slots: stackSlots, at: "" });
      return report;
    },
  };
}

describe("--min-ram", () => {
  inEmptyFolder();
  let rv32: FakeEngine;

  beforeEach(() => {
    writeModel("four.tflite", identity([1, 4]));
    rv32 = fakeEngine("qemu-rv32");
  });

  const call = (line: string) => withEngines({ "qemu-rv32": sized(rv32) }, ...line.split(" "));

  it("shows live peak, needs, what is recommended, and what the board has", async () => {
    const { code, out, err } = await call("run four.tflite --board esp32-c3 --min-ram");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toBe(`esp32-c3: ESP32-C3-DevKitM-1, on qemu-rv32

                    Bytes  Chunk bytes  Slots  Stack slots
Live peak           2,600        1,000    100
Needs               3,240                               40
Recommended         3,240                               40
Default            94,208                              384
Most, with Wi-Fi  202,752
Most, without     305,152

At needs the model runs; with 2 % less: the block of 3175 bytes is full at m.js:1 [machine-full]
Collections take 10.0 % of its instructions there, under 15 %: what it needs is recommended.
Found in 4 runs. An application's own objects come on top.
`);
  });

  it("is given as JSON, and runs what it is given", async () => {
    writeFileSync("a.bin", Int8Array.of(1, 2, 3, 4));
    const { out } = await call("run four.tflite --board esp32-h2 --min-ram --input a.bin --json");
    const found = JSON.parse(out);
    expect(found.board.name).toBe("esp32-h2");
    expect(found.needs).toMatchObject({
      machine: { chunkBytes: 1000, slots: 100, stackSlots: 40 },
      bytes: 3240,
    });
    expect(found.tooSmall.problem.code).toBe("machine-full");
    expect(found.default.chunk.initial).toBe(78_848);
    expect(Object.keys(found.mostBytes)).toEqual(["withoutWifi"]);
    expect(rv32.jobs.every(({ vectors }) => vectors.length === 1 && vectors[0][0][3] === 4)).toBe(true);
  });

  it.each([
    ["no board", "arguments", "run four.tflite --min-ram"],
    ["this computer", "board-is-host", "run four.tflite --board host-node --min-ram"],
    ["a folder for outputs", "arguments", "run four.tflite --board esp32-c3 --min-ram -o out"],
  ])("is refused with %s", async (_, code, line) => {
    const called = await call(`${line} --json`);
    expect([called.code, codesOf(called)]).toEqual([1, [code]]);
    expect(rv32.jobs).toEqual([]);
  });
});
