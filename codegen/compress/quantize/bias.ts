import type { Layer } from "./layer.js";
import type { Simulation } from "./simulation.js";

/**
 * The bias that makes each channel's sums the same on average as in float32, on calibration data (empirical bias correction,
 * Nagel et al. 2019, arXiv:1906.04721, section 4.2), before any activation.
 *
 * @param weights the real values of the quantized weights
 */
export function correctedBias(layer: Layer, weights: Float32Array, simulation: Simulation): Float64Array {
  const { positions, bias } = layer;
  const op = { ...layer.op, attributes: { ...layer.op.attributes, activation: "NONE" } } as Layer["op"];
  const corrected = bias.slice();
  for (let sample = 0; sample < simulation.samples; sample++) {
    const [wanted] = simulation.run(op, simulation.inputs(op, sample, "float"));
    const inputs = [...simulation.inputs(layer.op, sample, "quantized")];
    inputs[positions.weights] = weights;
    const [found] = simulation.run(op, inputs);
    const count = (wanted.length / bias.length) * simulation.samples;
    wanted.forEach((value, i) => {
      corrected[i % bias.length] += (value - found[i]) / count;
    });
  }
  return corrected;
}
