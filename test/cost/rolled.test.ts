/** Rolled kernels of models that no price was fitted on, counted. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { machineOf } from "../../boards/machine.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { compile } from "../../codegen/compile.js";
import { chip } from "../boards/chips.js";
import { describeGolden, goldenModel } from "../golden/golden.js";
import { expectPredicted } from "../support/predicted.js";

const machine = machineOf(chip("esp32-c3").moddable.creation);
const sources = await runtimeSources();

/** Runs one vector and compares every layer. */
async function check(name: string, model: Uint8Array, steps: readonly Uint8Array[]): Promise<void> {
  const compiled = compile(model, `${name}.tflite`, sources, { forms: [] });
  const { plan, artifact, module } = compiled;
  const { counters } = await rv32Engine.run({ artifact, module, vectors: [steps], machine });
  expectPredicted(compiled, steps, counters, machine);
  const longest = Math.max(...counters.layers!.map(({ longestStep }) => longestStep));
  const predicted = Math.max(...plan.layers.map(({ cost }) => cost.longestStep));
  expect(Math.abs(predicted / longest - 1)).toBeLessThan(0.15);
}

describeGolden("every rolled layer is predicted", () => {
  it.each([
    "hello_world_int8",
    "ad01_int8",
    "mww_v2_hey_jarvis",
    "micro_speech_int8",
    "magic_wand_int8",
    "arm_dnn_s_quantized",
    "emlearn_mnist_cnn_int8",
    "keyword_scrambled_8bit",
    "mnist_lstm_int8",
    "seanet_add0",
    "seanet_conv12",
    "seanet_leaky_relu10",
    "seanet_pad10",
    "seanet_quantize0",
    "seanet_strided_slice12",
    "seanet_sub0",
    "seanet_transpose_conv4",
  ])("%s", async (name) => {
    const { model, vectors } = goldenModel(name, 1);
    await check(name, model, vectors[0].steps);
  });
});

it("so is every layer of the digits model", async () => {
  const input = Uint8Array.from({ length: 28 * 28 }, (_, i) => i % 251);
  await check("digits", readFileSync("models/digits/digits.tflite"), [input]);
});
