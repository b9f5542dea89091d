import { binary } from "../support/binary.js";

export const mul = binary("MUL", (a, b) => a * b);
