import type { Sample } from "../quantize/calibrate.js";
import { type Quantized, type QuantizeOptions, quantize } from "../quantize/quantize.js";
import type { Trained } from "./training.js";

/**
 * A trained network as it was trained to be quantized: with its ranges and scales, weights to the nearest.
 *
 * @param samples calibration data, for networks that were not trained as if quantized
 * @throws Refusal as `quantize` does
 */
export function quantizeTrained(
  { graph, calibration, weightScales }: Pick<Trained, "graph" | "calibration" | "weightScales">,
  samples: readonly Sample[],
  formats: Pick<QuantizeOptions, "scheme" | "layers">,
): Quantized {
  return quantize(graph, samples, {
    ...formats,
    ...(calibration && { calibration }),
    weightScales,
    rounding: "nearest",
    biasCorrection: false,
  });
}
