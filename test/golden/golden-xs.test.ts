import { expect, it } from "vitest";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { describeGolden } from "./golden.js";
import { reproduce } from "./reproduce.js";

/** Models whose every vector runs. */
const WHOLE = [
  "hello_world_int8",
  "ad01_int8",
  "emlearn_mnist_cnn_int8",
  "micro_speech_int8",
  "mww_v2_hey_jarvis",
];

/** Models of which three vectors run: an interpreter takes seconds over each. */
const IN_PART = [
  "arm_dnn_s_quantized",
  "kws_ref_int8",
  "magic_wand_int8",
  "person_detect_int8",
  "resnet8_int8",
];

/** Its arena takes 158 KiB, more than the chunks of the default machine. This one has 224 KiB in all. */
const LARGE = { name: "mcunet_vww", machine: { chunkBytes: 176 * 1024, slots: 1152, stackSlots: 384 } };

describeGolden("on XS, every byte of every tensor", () => {
  it.each(WHOLE)("%s, all vectors", async (name) => {
    await reproduce(xsEngine, name);
  });
  it.each(IN_PART)("%s, three vectors", async (name) => {
    const { vectors } = await reproduce(xsEngine, name, { count: 3 });
    expect(vectors).toBe(3);
  });
  it(`${LARGE.name}, three vectors`, async () => {
    const { vectors } = await reproduce(xsEngine, LARGE.name, { count: 3, machine: LARGE.machine });
    expect(vectors).toBe(3);
  });
});
