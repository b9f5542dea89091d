/** What frames cost on an emulated ESP32-C3. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { countFrames } from "../../codegen/cli/bench/pipeline-counts.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";

it("frames of 4,096 bytes with a key take at most 250", async () => {
  const [{ sent, received }] = await countFrames(rv32Engine, await runtimeSources(), [4096], true);
  expect(sent / 4096).toBeLessThan(250);
  expect(received / 4096).toBeLessThan(250);
  expect(Math.min(sent, received) / 4096).toBeGreaterThan(50);
});

it("frames of 2,048 bytes take at most 100 instructions a byte, copies and check included", async () => {
  const [{ sent, received }] = await countFrames(rv32Engine, await runtimeSources(), [2048]);
  expect(sent / 2048).toBeLessThan(100);
  expect(received / 2048).toBeLessThan(100);
  // Less would be nothing that was run.
  expect(Math.min(sent, received) / 2048).toBeGreaterThan(20);
});
