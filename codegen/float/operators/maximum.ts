import { binary } from "../support/binary.js";

export const maximum = binary("MAXIMUM", (a, b) => Math.max(a, b));
