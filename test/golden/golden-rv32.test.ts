import { expect, it } from "vitest";
import { machineOf } from "../../boards/machine.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { chip } from "../boards/chips.js";
import { describeGolden } from "./golden.js";
import { reproduce } from "./reproduce.js";

/** The machine that an application gets on this board which asks for nothing: one block for chunks, slots and stack. */
const machine = machineOf(chip("esp32-c3").moddable.creation);

/** How many vectors run: an inference takes up to some tens of billions of instructions. */
const MODELS: readonly [name: string, count: number][] = [
  ["hello_world_int8", 3],
  ["ad01_int8", 2],
  ["kws_ref_int8", 1],
  ["magic_wand_int8", 2],
  ["micro_speech_int8", 2],
  ["mww_v2_hey_jarvis", 2],
  ["person_detect_int8", 1],
  ["resnet8_int8", 1],
];

describeGolden("on RV32IMC in the memory of an ESP32-C3, every byte of every tensor", () => {
  it.each(MODELS)("%s", async (name, count) => {
    const { vectors, counters } = await reproduce(rv32Engine, name, { count, machine });
    expect(vectors).toBe(count);
    expect(counters.instructions).toBeGreaterThan(0);
    expect(counters.heap!.collections).toBe(0);
  });

  it("mcunet_vww is refused: its arena is larger", async () => {
    await expect(reproduce(rv32Engine, "mcunet_vww", { count: 1, machine })).rejects.toThrow("machine-full");
  });
});
