/** Compressed variants of a model, by name. */
import { exportTflite } from "../../export/tflite/export-tflite.js";
import type { Graph } from "../../graph/graph.js";
import { importModel } from "../../import/import-model.js";
import { changeWeights, type WeightChange } from "./change-weights.js";

/** The three quarters of a layer's weights that are smallest in magnitude are zero; the first of equal ones. */
const zeros75: WeightChange = {
  filters: [1, 3],
  by: "layer",
  change(weights) {
    const order = Array.from(weights.keys()).sort((a, b) => Math.abs(weights[a]) - Math.abs(weights[b]));
    for (const i of order.slice(0, Math.floor(0.75 * weights.length))) weights[i] = 0;
    return { weights, step: 1 };
  },
};

/** 15 levels, −7 to 7 times a seventh of the channel's greatest magnitude. */
const int4: WeightChange = {
  filters: [1],
  by: "channel",
  change(weights) {
    const step = Math.max(...Array.from(weights, Math.abs)) / 7 || 1;
    return { weights: weights.map((weight) => Math.round(weight / step)), step };
  },
};

/**
 * −1, 0 and 1 times the mean magnitude of those that are not zero: the ones above 0.7 of the channel's mean magnitude
 * (Li, Zhang and Liu, Ternary Weight Networks, 2016).
 */
const ternary: WeightChange = {
  filters: [1],
  by: "channel",
  change(weights) {
    const magnitudes = Array.from(weights, Math.abs);
    const threshold = 0.7 * mean(magnitudes);
    const kept = magnitudes.filter((magnitude) => magnitude > threshold);
    return {
      weights: weights.map((weight) => (Math.abs(weight) > threshold ? Math.sign(weight) : 0)),
      step: kept.length > 0 ? mean(kept) : 1,
    };
  },
};

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const variants = { zeros75, int4, ternary };

export type VariantName = keyof typeof variants;

export const variantNames = Object.keys(variants) as readonly VariantName[];

export function isVariant(name: string): name is VariantName {
  return Object.hasOwn(variants, name);
}

/**
 * - `zeros75`: three quarters of the weights of every CONV_2D with a filter of 1×1 or 3×3 are zero.
 * - `int4`, `ternary`: every CONV_2D with a filter of 1×1 has weights of 15 or of 3 levels.
 */
export function variantOf(graph: Graph, name: VariantName): Graph {
  return changeWeights(graph, variants[name]);
}

/** A variant as a model file. */
export function variantFile(model: Uint8Array, fileName: string, name: VariantName): Uint8Array {
  return exportTflite(variantOf(importModel(model, fileName), name));
}
