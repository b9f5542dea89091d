import type { Variation } from "../support/variation.js";

/** How much handwritings differ. */
export const DIGITS_VARIATION: Variation = {
  undistorted: 0.25,
  limits: { turn: 0.22, shear: 0.22, stretch: 0.15, shift: 1.5 },
};
