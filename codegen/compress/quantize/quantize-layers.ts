/** Weights and biases of all layers as integers, or 8-bit floats and real biases. */
import type { Op } from "../../graph/op.js";
import { Node } from "../../ops/node.js";
import { correctedBias } from "./bias.js";
import { isFloat8, WEIGHT_LIMITS } from "./formats.js";
import type { Layer } from "./layer.js";
import { momentsOf } from "./moments.js";
import { patchesOf } from "./patches.js";
import { random } from "./random.js";
import { roundToData } from "./rounding.js";
import type { Simulation } from "./simulation.js";
import { float8Row, quantizeRow, type Row, roundRow } from "./weights.js";

export interface QuantizedLayer {
  readonly layer: Layer;
  /** One an output channel. */
  readonly scales: readonly number[];
  /** In the layout of the weights: integers, or values of 8-bit floats. */
  readonly weights: Float64Array;
  /** One an output channel, in steps of input scale × weight scale; real numbers beside weights that are 8-bit floats. */
  readonly bias: readonly number[];
}

export interface LayerOptions {
  /** To the nearest integers, or to those with which sums are most alike on calibration data. */
  readonly rounding: "nearest" | "adaptive";
  /** Whether biases make up for what quantization shifts sums by on average (Nagel et al. 2019, arXiv:1906.04721, 4.2). */
  readonly biasCorrection: boolean;
  /** Whether weights that are 0 stay 0 where rounding looks at data, as pruned ones have to; not where not given. */
  readonly keepZeros?: boolean;
  /** Scales of layers that were trained with them, by the layer's name: one an output channel. Weights are rounded to the nearest. */
  readonly weightScales?: ReadonlyMap<string, readonly number[]>;
  readonly seed: number;
}

/** Inputs of a layer beyond which rounding to data would take too much memory and time. */
const MAX_INPUTS = 2048;

/** Bits that biases have at most: half of what kernels take, so that corrections have room. */
const BIAS_BITS = { int8: 30, int16: 45, float8e4m3: 44, float8e5m2: 44 } as const;
/** A weight's step is at least this part of what moves an output by a step. */
const FINEST = 2 ** -20;

/**
 * Quantizes layers in order, each one as the quantized ones before it need it.
 *
 * @param simulation at its start; at its end afterwards
 */
export function quantizeLayers(
  layers: ReadonlyMap<Op, Layer>,
  simulation: Simulation,
  options: LayerOptions,
): ReadonlyMap<Op, QuantizedLayer> {
  const quantized = new Map<Op, QuantizedLayer>();
  const next = random(options.seed);
  for (const op of simulation.graph.ops) {
    const layer = layers.get(op);
    if (layer) quantized.set(op, quantizeLayer(layer, simulation, options, next));
    for (let sample = 0; sample < simulation.samples; sample++) {
      const inputs = simulation.inputs(op, sample, "quantized");
      const real = layer ? withWeights(inputs, quantized.get(op)!) : inputs;
      simulation.advance(op, sample, simulation.run(op, real));
    }
  }
  return quantized;
}

function quantizeLayer(
  layer: Layer,
  simulation: Simulation,
  options: LayerOptions,
  next: () => number,
): QuantizedLayer {
  const least = layer.rows.map((_, channel) => leastScale(layer, channel));
  const rows = rowsOf(layer, least, simulation, options, next);
  const weights = new Float64Array(layer.rows.length * layer.rows[0].length);
  rows.forEach(({ values }, channel) => {
    layer.indexes[channel].forEach((index, i) => {
      weights[index] = values[i];
    });
  });
  const scales = rows.map(({ scale }) => scale);
  const bias = options.biasCorrection
    ? correctedBias(layer, realWeights(layer, weights, scales), simulation)
    : layer.bias;
  return { layer, scales, weights, bias: quantizedBias(layer, bias, scales) };
}

/** The weights of each output channel. */
function rowsOf(
  { rows, format, ...layer }: Layer,
  least: readonly number[],
  simulation: Simulation,
  options: LayerOptions,
  next: () => number,
): readonly Row<Int32Array | Float64Array>[] {
  if (isFloat8(format)) return rows.map((row, channel) => float8Row(row, format, least[channel]));
  const known = options.weightScales?.get(layer.op.name);
  if (known)
    return rows.map((row, channel) =>
      roundRow(row, Math.max(least[channel], known[channel]), WEIGHT_LIMITS[format]),
    );
  const nearest = rows.map((row, channel) => quantizeRow(row, format, least[channel]));
  if (options.rounding === "nearest" || format === "int16" || format === "binary") return nearest;
  return roundRows({ ...layer, rows, format }, nearest, least, simulation, options, next);
}

/** Scales below this would take biases out of what accumulators hold, or multipliers to 0. */
function leastScale({ input, output, bias }: Layer, channel: number): number {
  const forBias = Math.abs(bias[channel]) / (input.scale * 2 ** BIAS_BITS[input.format]);
  const forFactor = (FINEST * output.scale) / input.scale;
  return Math.max(forBias, forFactor);
}

function roundRows(
  layer: Layer,
  nearest: readonly Row[],
  least: readonly number[],
  simulation: Simulation,
  { biasCorrection, keepZeros = false }: LayerOptions,
  next: () => number,
): readonly Row[] {
  const { op, positions, rows } = layer;
  const patches = patchesOf(op, new Node(simulation.graph, op));
  if (!patches || patches.length > MAX_INPUTS) return nearest;
  const pairs = Array.from({ length: simulation.samples }, (_, sample) => ({
    float: simulation.inputs(op, sample, "float")[positions.input]!,
    quantized: simulation.inputs(op, sample, "quantized")[positions.input]!,
  }));
  const channels = rows.map((_, channel) => channel);
  const groups = patches.shared ? [channels] : channels.map((channel) => [channel]);
  const limit = WEIGHT_LIMITS[layer.format];
  return groups.flatMap((group) => {
    const { gram, targets } = momentsOf(patches, pairs, rows, group, biasCorrection, next);
    return group.map((channel, i) =>
      roundToData(
        nearest[channel],
        gram,
        targets[i],
        limit,
        least[channel],
        keepZeros ? rows[channel] : undefined,
      ),
    );
  });
}

function quantizedBias(layer: Layer, bias: Float64Array, scales: readonly number[]): number[] {
  if (isFloat8(layer.format)) return Array.from(bias, Math.fround);
  return Array.from(bias, (value, channel) => Math.round(value / biasStep(layer, scales[channel])));
}

/** What a bias is stored in steps of. */
function biasStep({ input, format }: Layer, weightScale: number): number {
  return isFloat8(format) ? 1 : input.scale * weightScale;
}

function realWeights({ indexes }: Layer, weights: Float64Array, scales: readonly number[]): Float32Array {
  const real = new Float32Array(weights.length);
  indexes.forEach((row, channel) => {
    for (const i of row) real[i] = weights[i] * scales[channel];
  });
  return real;
}

/** Inputs with quantized weights and bias in their places. */
function withWeights(
  inputs: readonly (Float32Array | undefined)[],
  { layer, weights, scales, bias }: QuantizedLayer,
): (Float32Array | undefined)[] {
  const real = [...inputs];
  real[layer.positions.weights] = realWeights(layer, weights, scales);
  real[layer.positions.bias] = Float32Array.from(
    bias,
    (value, channel) => value * biasStep(layer, scales[channel]),
  );
  return real;
}
