import { minimum as compute } from "@tensorflow/tfjs-core";
import { binary } from "../support/binary.js";

export const minimum = binary("MINIMUM", compute);
