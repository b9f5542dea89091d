import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

/** Names that a message lists. */
const SHOWN = 12;

/** What can be wrong with training a model. */
export interface TrainingProblems {
  "training-backend": Record<never, never>;
  "operator-not-trainable": Record<never, never>;
  "batch-not-one": { role: string; shape: readonly number[] };
  "inputs-constant": Record<never, never>;
  "too-large-to-train": { elements: number };
  "labels-missing": Record<never, never>;
  "training-option": { name: string; value: number; wanted: string };
  "training-option-alone": { name: string; missing: string };
  "training-labels": { why: string };
  "training-diverged": { step: number };
  "nothing-trainable": Record<never, never>;
  "mask-not-trained": { tensor: number };
  "teacher-other": { what: string; student: string; teacher: string };
  "tensor-unknown": { name: string; known: readonly string[] };
  "hint-shape": { student: string; teacher: string; found: readonly number[]; wanted: readonly number[] };
  "block-unknown": { name: string; known: readonly string[] };
  "compress-data": { samples: number };
  "compress-needs-classes": Record<never, never>;
  "budget-not-met": {
    budget: string;
    maxDrop: number;
    accurate?: { name: string; drop: number };
    small?: { name: string; share: number };
  };
  "checkpoint-not-read": { path: string };
  "checkpoint-other": { path: string };
  // On the device.
  "train-nothing": { path: string };
  "train-no-weights": { trainable: readonly string[] };
  "train-no-loss": { name: string };
  "train-no-gradient": { known: readonly string[] };
  "train-type": { dtype: string };
  "train-channels": { last: number; channels: number };
  "train-range": { positions: number; batch: number; momentum: number };
  "train-sums": { bias: number; most: number };
  "train-logits": { dtype: string; shape: readonly number[]; most: number };
  "train-beta": { beta: number };
  "train-depthwise-channels": Record<never, never>;
  "train-mean": Record<never, never>;
  "train-broadcast": Record<never, never>;
}

export const trainingWords: WordsOf<TrainingProblems> = {
  "training-backend": () => ({
    what: "TensorFlow.js cannot start its WebAssembly backend, on which models are trained",
    todo: "install @tensorflow/tfjs-backend-wasm again, on a Node that has WebAssembly",
  }),
  "operator-not-trainable": () => ({
    what: "no gradient flows through it, so the model cannot be trained",
    todo: "quantize or prune this model without training, or train it where it comes from",
  }),
  "batch-not-one": ({ role, shape }) => ({
    what: `${role} is [${shape.join(", ")}], and does not begin with a batch of 1`,
    todo: "models are trained on several samples at a time, which are that dimension: give the model a batch of 1",
  }),
  "inputs-constant": () => ({
    what: "all of its inputs are constants",
    todo: "compute it once and for all before training; `runFloatPasses` does",
  }),
  "too-large-to-train": ({ elements }) => ({
    what: `it moves ${elements} elements`,
    todo: "operators that move values are trained through up to 16777215 elements: make the tensors smaller",
  }),
  "labels-missing": () => ({
    what: "there is nothing to learn from: the data has no labels, and there is no teacher",
    todo: "give labels with --labels, or a teacher, whose answers serve instead",
  }),
  "training-option": ({ name, value, wanted }) => ({
    what: `${name} is ${value}`,
    todo: `give a figure that is ${wanted}`,
  }),
  "training-option-alone": ({ name, missing }) => ({
    what: `${name} is given without ${missing}`,
    todo: `give ${missing} too, or leave ${name} out`,
  }),
  "training-labels": ({ why }) => ({
    what: `the labels do not fit: ${why}`,
    todo: "give a label for each sample: the index of the output that should be highest",
  }),
  "nothing-trainable": () => ({
    what: "the model has no layer with constant weights, so there is nothing to train",
    todo: "convolutions, depthwise, transposed and dense layers are trained: give a model with some",
  }),
  "mask-not-trained": ({ tensor }) => ({
    what: `there is a mask for tensor ${tensor}, which is no weight and no bias of a layer`,
    todo: "give masks by the tensors of the prepared graph: `prepare` may change them",
  }),
  "teacher-other": ({ what, student, teacher }) => ({
    what: `the student has ${what} ${student}, and the teacher ${teacher}`,
    todo: "a student is given what its teacher is given, and answers in the same form: take another student",
  }),
  "training-diverged": ({ step }) => ({
    what: `the loss is no number any more after ${step} steps`,
    todo: "train with a lower learning rate, or look for extreme values among the data",
  }),
  "tensor-unknown": ({ name, known }) => ({
    what: `no tensor that is computed is called ${quote(name)}`,
    todo: `take one of ${list(known)}`,
  }),
  "hint-shape": ({ student, teacher, found, wanted }) => ({
    what: `${quote(student)} is [${found.join(", ")}] and ${quote(teacher)} of the teacher [${wanted.join(", ")}]`,
    todo: "hints are between tensors that differ in their last dimension alone: choose others",
  }),
  "block-unknown": ({ name, known }) => ({
    what: `no residual block that can be taken out ends in ${quote(name)}`,
    todo: known.length > 0 ? `take one of ${list(known)}` : "this model has none",
  }),
  "compress-data": ({ samples }) => ({
    what: `${samples} samples are too few to learn from some and to evaluate on others`,
    todo: "give more data, or another part with --evaluate",
  }),
  "compress-needs-classes": () => ({
    what: "the search keeps accuracy, and a model with one output element has none",
    todo: "quantize it, or train a smaller one by `xsnn distill` and look at its SNR",
  }),
  "budget-not-met": ({ budget, maxDrop, accurate, small }) => ({
    what: accurate
      ? `no model of ${budget} was found that drops by ${maxDrop} points at most: the nearest, ${accurate.name}, drops by ${accurate.drop.toFixed(2)}`
      : `no model was found that takes ${budget}: the smallest, ${small!.name}, takes ${small!.share.toFixed(2)} times that`,
    todo: accurate
      ? "allow a greater drop, more --epochs or more --tries, give more data, or a larger budget"
      : "give a larger budget, or begin with a smaller model",
  }),
  "checkpoint-not-read": ({ path }) => ({
    what: `${quote(path)} is no checkpoint of a training, or is damaged`,
    todo: "remove it to train from the beginning",
  }),
  "train-nothing": ({ path }) => ({
    what: `nothing of ${path} is trained`,
    todo: "say which layers learn with --train; head is the last one with weights",
  }),
  "train-no-weights": ({ trainable }) => ({
    what: "it has no weights that could be trained",
    todo: `name layers of these kinds: ${trainable.join(", ")}`,
  }),
  "train-no-loss": ({ name }) => ({
    what: `${quote(name)} has no part in the first output, of which the loss is made`,
    todo: "train a layer that the first output depends on",
  }),
  "train-no-gradient": ({ known }) => ({
    what: "no gradient flows through it on a device, and it lies between the output and a layer that is to be trained",
    todo: `train layers behind it only; gradients flow through ${known.join(", ")}`,
  }),
  "train-type": ({ dtype }) => ({
    what: `it computes with ${dtype}, and devices train int8 layers`,
    todo: "quantize the model to int8, or train layers behind it only",
  }),
  "train-channels": ({ last, channels }) => ({
    what: `channel ${last} is to be trained, and the layer has ${channels}`,
    todo: `name channels from 0 to ${channels - 1}`,
  }),
  "train-range": ({ positions, batch, momentum }) => ({
    what: `gradients of ${positions} positions and ${batch} samples, with a momentum of ${momentum}, do not add up in 32 bits`,
    todo: "take a smaller --batch or --momentum, or train only the biases of this layer",
  }),
  "train-sums": ({ bias, most }) => ({
    what: `its biases go up to ${bias}; if weights are to be free, sums stay in int32 only below ${most}`,
    todo: "train another layer, or quantize the model with larger scales of weights",
  }),
  "train-logits": ({ dtype, shape, most }) => ({
    what: `the loss needs one row of int8 scores, at most ${most}, and these are ${dtype}[${shape.join(", ")}]`,
    todo: "train a classifier whose first output is a row of scores, with a SOFTMAX behind it or without",
  }),
  "train-beta": ({ beta }) => ({
    what: `its beta is ${beta}, and the loss is that of a SOFTMAX whose beta is 1`,
    todo: "make the factor part of the last layer's weights",
  }),
  "train-mean": () => ({
    what: "gradients flow through means over rows and columns of images, and this one is over others",
    todo: "train layers behind it only",
  }),
  "train-broadcast": () => ({
    what: "gradients flow through sums of two tensors of one shape, and these differ",
    todo: "train layers behind it only",
  }),
  "train-depthwise-channels": () => ({
    what: "single channels of a depthwise layer cannot be trained",
    todo: "train all of its channels, or only its biases",
  }),
  "checkpoint-other": ({ path }) => ({
    what: `${quote(path)} is the checkpoint of a training of another model, other data or other options`,
    todo: "give the same model, data and options as then, or remove it to train from the beginning",
  }),
};

/** Names in quotes, the first ones of many. */
function list(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN).map(quote).join(", ");
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
