import type { Tensor } from "@tensorflow/tfjs-core";
import { type Activation, BOUNDS } from "../../../../arithmetic/activation.js";
import { clamped } from "../../backend/clamped.js";

/** Bounds values by a fused activation. */
export function activated(x: Tensor, activation: Activation): Tensor {
  return activation === "NONE" ? x : clamped({ x }, BOUNDS[activation]);
}
