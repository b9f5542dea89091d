/** No layer of a planned model is slower than its operators in loops, as predicted and with its collections. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { DEFAULT_CHUNK_BYTES, DEFAULT_SLOTS, layerCollections } from "../../codegen/cost/collections.js";
import { importModel } from "../../codegen/import/import-model.js";
import { OperatorForms } from "../../codegen/plan/operators.js";
import { plan } from "../../codegen/plan/plan.js";
import { describeGolden, goldenModel, int16Names } from "../golden/golden.js";

const INT8 = [
  "ad01_int8",
  "arm_dnn_s_quantized",
  "emlearn_mnist_cnn_int8",
  "hello_world_int8",
  "keyword_scrambled_8bit",
  "kws_ref_int8",
  "magic_wand_int8",
  "mcunet_vww",
  "micro_speech_int8",
  "mnist_lstm_int8",
  "mww_v2_hey_jarvis",
  "person_detect_int8",
  "resnet8_int8",
];

/** How many layers are in fast forms. */
function expectFast(model: Uint8Array, name: string): number {
  const { layers, graph, arena } = plan(importModel(model, `${name}.tflite`));
  const forms = new OperatorForms({});
  const heap = { chunkBytes: DEFAULT_CHUNK_BYTES, slots: DEFAULT_SLOTS, liveBytes: arena.bytes };
  for (const { opIndexes, form, cost, restingBytes } of layers) {
    const taken = cost.instructions + layerCollections(cost, restingBytes, heap);
    const rolled = opIndexes.reduce((sum, it) => sum + forms.rolled(graph, it).cost.instructions, 0);
    expect(taken, `${name}, ${opIndexes.join()}: ${form}`).toBeLessThanOrEqual(1.02 * rolled);
  }
  return layers.filter(({ form }) => form !== "rolled").length;
}

it("digits", () => {
  const file = readFileSync(new URL("../../models/digits/digits.tflite", import.meta.url));
  expect(expectFast(file, "digits")).toBeGreaterThan(3);
});

describeGolden("public models", () => {
  it.each(INT8)("%s", { timeout: 120_000 }, (name) => {
    expectFast(goldenModel(name, 1).model, name);
  });

  it("operators with int16 activations", { timeout: 120_000 }, () => {
    const fast = int16Names.reduce((sum, name) => sum + expectFast(goldenModel(name, 1).model, name), 0);
    expect(fast).toBeGreaterThan(5);
  });
});
