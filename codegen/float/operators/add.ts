import { binary } from "../support/binary.js";

export const add = binary("ADD", (a, b) => a + b);
