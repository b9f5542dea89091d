import { minimum16, minimum as minimumKernel } from "../../runtime/extremum.js";
import { extremum } from "./support/extremum.js";

/** The lesser of two elements as they are, whatever the scales (reference/maximum_minimum.h). */
export const minimum = extremum("MINIMUM", minimumKernel, minimum16);
