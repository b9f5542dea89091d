import { expect, it } from "vitest";
import { machineFor, machineOf } from "../../boards/machine.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import type { Report } from "../../codegen/emit/report.js";
import { chip } from "../boards/chips.js";
import { describeGolden, int16Names } from "./golden.js";
import { reproduce } from "./reproduce.js";

/** The machine that a model gets on this board. */
const onBoard = {
  machineFor: ({ memory }: Report) => machineOf(machineFor(memory, chip("esp32-c3")).creation),
};

/** How many vectors run: an inference takes up to some billions of instructions. */
const MODELS: readonly [name: string, count: number][] = [
  ["hello_world_int8", 3],
  ["ad01_int8", 2],
  ["keyword_scrambled_8bit", 2],
  ["kws_ref_int8", 1],
  ["magic_wand_int8", 2],
  ["mcunet_vww", 1],
  ["micro_speech_int8", 2],
  ["mnist_lstm_int8", 1],
  ["mww_v2_hey_jarvis", 2],
  ["person_detect_int8", 1],
  ["resnet8_int8", 1],
];

describeGolden("on RV32IMC in the memory of an ESP32-C3, all outputs and what lies in the arena", () => {
  it.each(MODELS)("%s", async (name, count) => {
    const { vectors, counters } = await reproduce(rv32Engine, name, { count, ...onBoard });
    expect(vectors).toBe(count);
    expect(counters.instructions).toBeGreaterThan(0);
  });

  it.each(int16Names)("%s", async (name) => {
    await reproduce(rv32Engine, name, { count: 2, ...onBoard });
  });
});
