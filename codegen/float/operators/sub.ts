import { binary } from "../support/binary.js";

export const sub = binary("SUB", (a, b) => a - b);
