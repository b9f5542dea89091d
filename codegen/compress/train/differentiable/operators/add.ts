import { add as compute } from "@tensorflow/tfjs-core";
import { binary } from "../support/binary.js";

export const add = binary("ADD", compute);
