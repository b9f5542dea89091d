import { div as compute } from "@tensorflow/tfjs-core";
import { binary } from "../support/binary.js";

export const div = binary("DIV", compute);
