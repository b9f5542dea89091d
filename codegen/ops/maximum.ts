import { maximum as maximumKernel } from "../../runtime/extremum.js";
import { extremum } from "./support/extremum.js";

export const maximum = extremum("MAXIMUM", maximumKernel);
