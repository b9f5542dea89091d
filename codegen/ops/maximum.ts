import { maximum16, maximum as maximumKernel } from "../../runtime/extremum.js";
import { extremum } from "./support/extremum.js";

/** The greater of two elements as they are, whatever the scales (reference/maximum_minimum.h). */
export const maximum = extremum("MAXIMUM", maximumKernel, maximum16);
