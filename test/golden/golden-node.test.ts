import { expect, it } from "vitest";
import { nodeEngine } from "../../boards/node-engine.js";
import { describeGolden, int16Names } from "./golden.js";
import { reproduce } from "./reproduce.js";

/** Models of which all outputs and all intermediate tensors are TFLM's; with tensors that only exist at compile time. */
const MODELS: readonly [name: string, compileTime: Readonly<Record<number, string>>][] = [
  ["ad01_int8", {}],
  ["arm_dnn_s_quantized", {}],
  ["emlearn_mnist_cnn_int8", {}],
  ["hello_world_int8", {}],
  ["keyword_scrambled_8bit", {}],
  ["kws_ref_int8", {}],
  ["magic_wand_int8", {}],
  ["mcunet_vww", {}],
  ["micro_speech_int8", {}],
  ["mnist_lstm_int8", {}],
  [
    "mww_v2_hey_jarvis",
    { 32: "handle", 33: "handle", 34: "handle", 35: "handle", 36: "handle", 37: "handle" },
  ],
  ["person_detect_int8", {}],
  ["resnet8_int8", {}],
];

describeGolden("on Node, every byte of every tensor for every vector", () => {
  it.each(MODELS)("%s", async (name, compileTime) => {
    const { absent, vectors } = await reproduce(nodeEngine, name, { observable: true });
    expect(vectors).toBeGreaterThanOrEqual(12);
    expect(Object.fromEntries(absent)).toEqual(compileTime);
  });
});

describeGolden("on Node, operators with int16 activations, all outputs for every vector", () => {
  it.each(int16Names)("%s", async (name) => {
    const { vectors } = await reproduce(nodeEngine, name);
    expect(vectors).toBeGreaterThanOrEqual(12);
  });
});

describeGolden("on Node, the artifacts that boards get, all outputs for every vector", () => {
  it.each(MODELS)("%s", async (name) => {
    await reproduce(nodeEngine, name);
  });
});
