import { mul as compute } from "@tensorflow/tfjs-core";
import { binary } from "../support/binary.js";

export const mul = binary("MUL", compute);
