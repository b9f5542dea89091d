import type { Variation } from "../support/variation.js";

/** Every other picture is seen a little differently each time. */
export const FASHION_VARIATION: Variation = {
  undistorted: 0.5,
  limits: { turn: 0.05, shear: 0.05, stretch: 0.05, shift: 1 },
};
