import { type Activation, BOUNDS } from "../../arithmetic/activation.js";

/** Bounds values by a fused activation, in place. */
export function activate(values: Float32Array, activation: Activation): Float32Array {
  if (activation === "NONE") return values;
  const [low, high] = BOUNDS[activation];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < low) values[i] = low;
    else if (value > high) values[i] = high;
  }
  return values;
}
