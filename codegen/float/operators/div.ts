import { binary } from "../support/binary.js";

export const div = binary("DIV", (a, b) => a / b);
