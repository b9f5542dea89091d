import { maximum as compute } from "@tensorflow/tfjs-core";
import { binary } from "../support/binary.js";

export const maximum = binary("MAXIMUM", compute);
