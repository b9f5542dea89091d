import { expect, it } from "vitest";
import { limitsOf } from "../../boards/fit.js";
import { machineFor, machineOf } from "../../boards/machine.js";
import { lx106Engine } from "../../boards/qemu/qemu-engine.js";
import type { Report } from "../../codegen/emit/report.js";
import { chip } from "../boards/chips.js";
import { describeGolden } from "./golden.js";
import { reproduce } from "./reproduce.js";

/** A plan for this board, and the machine that a model gets there. */
const onBoard = {
  limits: limitsOf(chip("esp8266")),
  machineFor: ({ memory }: Report) => machineOf(machineFor(memory, chip("esp8266")).creation),
};

describeGolden("on LX106 in the memory of an ESP8266, all outputs and what lies in the arena", () => {
  it.each([
    ["hello_world_int8", "speed"],
    ["ad01_int8", "ram"], // what is fastest takes 43 KB
    ["micro_speech_int8", "speed"],
    ["mww_v2_hey_jarvis", "speed"],
  ] as const)("%s, for %s", async (name, optimize) => {
    const { counters } = await reproduce(lx106Engine, name, { count: 1, optimize, ...onBoard });
    expect(counters.instructions).toBeGreaterThan(0);
  });

  it("resnet8_int8 is refused: it takes more", async () => {
    await expect(reproduce(lx106Engine, "resnet8_int8", { count: 1, ...onBoard })).rejects.toThrow(
      "board-too-small",
    );
  });
});
