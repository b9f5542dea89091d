import { binary } from "../support/binary.js";

export const minimum = binary("MINIMUM", (a, b) => Math.min(a, b));
