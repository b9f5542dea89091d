import type { WordsOf } from "./problem.js";

/** What can be wrong with quantizing a float model. */
export interface QuantizationProblems {
  "model-not-float": Record<never, never>;
  "samples-missing": Record<never, never>;
  "sample-input-count": { sample: number; found: number; expected: number };
  "sample-shape": { sample: number; found: number; shape: readonly number[] };
  "sample-not-finite": { sample: number; index: number; value: number };
  "samples-constant": { value: number };
  "activation-not-finite": { sample: number };
  "constant-not-finite": { index: number; value: number };
  "operator-not-quantized": Record<never, never>;
  "scheme-not-supported": { weights: string; activations: string };
  "drop-not-reached": { drop: number; least: number };
}

export const quantizationWords: WordsOf<QuantizationProblems> = {
  "model-not-float": () => ({
    what: "the model does not compute in float32: it is quantized already",
    todo: "compile it as it is, or give the float model that it was made from",
  }),
  "samples-missing": () => ({
    what: "there is no calibration data",
    todo: "give samples of what the model will see; some dozens are enough",
  }),
  "sample-input-count": ({ sample, found, expected }) => ({
    what: `calibration sample ${sample} has ${found} inputs where the model has ${expected}`,
    todo: "give one array for each model input",
  }),
  "sample-shape": ({ sample, found, shape }) => ({
    what: `calibration sample ${sample} has ${found} values for [${shape.join(", ")}]`,
    todo: "prepare calibration data as for the float model",
  }),
  "sample-not-finite": ({ sample, index, value }) => ({
    what: `value ${index} of calibration sample ${sample} is ${value}`,
    todo: "calibration data must be finite numbers: check how it was prepared",
  }),
  "samples-constant": ({ value }) => ({
    what: `all its calibration data is ${value}`,
    todo: "ranges cannot be learnt from that: give samples of what the model will see",
  }),
  "activation-not-finite": ({ sample }) => ({
    what: `in float32 it gives something infinite or no number on calibration sample ${sample}`,
    todo: "check the model's weights and how calibration data was prepared",
  }),
  "constant-not-finite": ({ index, value }) => ({
    what: `element ${index} of the constant is ${value}`,
    todo: "only finite numbers can be quantized: export the model again",
  }),
  "operator-not-quantized": () => ({
    what: "it has no quantized form",
    todo: "replace it by an operator that has one; a division by a constant becomes MUL by itself",
  }),
  "scheme-not-supported": ({ weights, activations }) => ({
    what: `no kernel has ${weights} weights with ${activations} activations`,
    todo: "take weights of at most 8 bits or activations in int16; beside weights that are 8-bit floats, activations of the same format or int8",
  }),
  "drop-not-reached": ({ drop, least }) => ({
    what: `accuracy drops by ${Number(least.toPrecision(3))} even with most bits in every layer, where ${drop} is allowed`,
    todo: "allow a greater drop, or give more calibration data",
  }),
};
