import { expect, it } from "vitest";
import { machineOf } from "../../boards/machine.js";
import { lx106Engine } from "../../boards/qemu/qemu-engine.js";
import { chip } from "../boards/chips.js";
import { describeGolden } from "./golden.js";
import { reproduce } from "./reproduce.js";

/** The machine that an application gets on this board which asks for nothing: one block for chunks, slots and stack. */
const machine = machineOf(chip("esp8266").moddable.creation);

describeGolden("on LX106 in the memory of an ESP8266, every byte of every tensor", () => {
  it.each(["hello_world_int8", "ad01_int8", "micro_speech_int8", "mww_v2_hey_jarvis"])("%s", async (name) => {
    const { counters } = await reproduce(lx106Engine, name, { count: 1, machine });
    expect(counters.instructions).toBeGreaterThan(0);
  });

  it("resnet8_int8 is refused: its arena is larger", async () => {
    await expect(reproduce(lx106Engine, "resnet8_int8", { count: 1, machine })).rejects.toThrow(
      "machine-full",
    );
  });
});
