/** How good a quantized model is: its first output against the float model's, and against labels. */
import type { Graph, TensorId } from "../../graph/graph.js";
import type { Sample } from "../quantize/calibrate.js";

/** A model that runs here on real numbers. */
export interface Runnable {
  readonly graph: Pick<Graph, "outputs">;
  run(inputs: Sample): ReadonlyMap<TensorId, Float32Array>;
}

export interface Evaluation {
  readonly samples: number;
  /** How often the output is highest that the label names; absent without labels. */
  readonly right?: number;
  /** How often the highest element is the float model's, the first of equal ones; absent where there is only one. */
  readonly agreeing?: number;
  /** Mean over all elements of the squared difference from the float model. */
  readonly meanSquaredError: number;
  /** Signal-to-noise ratio in dB against the float model; infinite where nothing differs. */
  readonly snr: number;
}

/** The first output of a model for each sample. */
export function outputsOf(
  model: Runnable,
  samples: readonly Sample[],
  onProgress: (done: number) => void = () => {},
): Float32Array[] {
  const [output] = model.graph.outputs;
  return samples.map((sample, i) => {
    onProgress(i);
    return model.run(sample).get(output)!;
  });
}

/**
 * @param found outputs of a quantized model, or of the float model itself
 * @param wanted those of the float model
 * @param labels indexes of the outputs that should be highest
 */
export function evaluate(
  found: readonly Float32Array[],
  wanted: readonly Float32Array[],
  labels?: readonly number[],
): Evaluation {
  let [signal, noise, elements, agreeing, right] = [0, 0, 0, 0, 0];
  found.forEach((output, i) => {
    output.forEach((value, k) => {
      signal += wanted[i][k] ** 2;
      noise += (value - wanted[i][k]) ** 2;
    });
    elements += output.length;
    const highest = argMax(output);
    if (highest === argMax(wanted[i])) agreeing++;
    if (highest === labels?.[i]) right++;
  });
  return {
    samples: found.length,
    ...(labels && { right }),
    ...(wanted[0].length > 1 && { agreeing }),
    meanSquaredError: noise / elements,
    snr: noise === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / noise),
  };
}

/** The index of the highest value, the first of equal ones. */
export function argMax(values: Float32Array): number {
  return values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
}
