import { expect, it } from "vitest";
import type { Machine } from "../../boards/engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import type { Report } from "../../codegen/emit/report.js";
import { describeGolden, int16Names } from "./golden.js";
import { reproduce } from "./reproduce.js";

/** Models whose every vector runs. */
const WHOLE = [
  "hello_world_int8",
  "keyword_scrambled_8bit",
  "ad01_int8",
  "emlearn_mnist_cnn_int8",
  "micro_speech_int8",
  "mww_v2_hey_jarvis",
];

/** Models of which three vectors run: an interpreter takes seconds over each. */
const IN_PART = [
  "arm_dnn_s_quantized",
  "kws_ref_int8",
  "mnist_lstm_int8",
  "magic_wand_int8",
  "mcunet_vww",
  "person_detect_int8",
  "resnet8_int8",
];

/** The stack that a plan asks for, and chunks for twice what it says will live: headers are twice as long here. */
const machineFor = ({ memory }: Report): Machine => ({
  chunkBytes: 2 * memory.chunkBytes + 16 * 1024,
  slots: 1152,
  stackSlots: memory.stackSlots,
});

describeGolden("on XS, every byte of every tensor in one vector", () => {
  it.each([...WHOLE, ...IN_PART])("%s", async (name) => {
    await reproduce(xsEngine, name, { count: 1, observable: true, machineFor });
  });
});

describeGolden("on XS, operators with int16 activations, all outputs for every vector", () => {
  it.each(int16Names)("%s", async (name) => {
    await reproduce(xsEngine, name, { machineFor });
  });
});

describeGolden("on XS, the artifacts that boards get", () => {
  it.each(WHOLE)("%s, all vectors", async (name) => {
    await reproduce(xsEngine, name, { machineFor });
  });
  it.each(IN_PART)("%s, three vectors", async (name) => {
    const { vectors } = await reproduce(xsEngine, name, { count: 3, machineFor });
    expect(vectors).toBe(3);
  });
});
