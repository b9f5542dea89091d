import { sub as compute } from "@tensorflow/tfjs-core";
import { binary } from "../support/binary.js";

export const sub = binary("SUB", compute);
