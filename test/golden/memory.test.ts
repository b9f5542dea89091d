/** What plans say of memory, held to what is counted. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { describeGolden } from "./golden.js";
import { reproduce } from "./reproduce.js";

describeGolden("a plan's memory on RV32IMC", () => {
  it.each([
    "hello_world_int8",
    "ad01_int8",
    "kws_ref_int8",
    "magic_wand_int8",
    "micro_speech_int8",
    "person_detect_int8",
    "resnet8_int8",
  ])("%s: chunks that live at once within a tenth, and no more of the stack", async (name) => {
    let predicted = { chunkBytes: 0, stackSlots: 0 };
    const { counters } = await reproduce(rv32Engine, name, {
      count: 1,
      machineFor: ({ memory }) => {
        predicted = memory;
        return { chunkBytes: Math.ceil(1.3 * memory.chunkBytes) + 4096, slots: 1152, stackSlots: 1024 };
      },
    });
    const { liveChunkBytes, peakStackSlots } = counters.heap!;
    const error = Math.abs(predicted.chunkBytes - liveChunkBytes);
    // The driver has some dozens of bytes itself.
    expect(error, `${predicted.chunkBytes} for ${liveChunkBytes}`).toBeLessThan(0.1 * liveChunkBytes + 64);
    expect(peakStackSlots).toBeLessThanOrEqual(predicted.stackSlots);
  });
});
