import { minimum as minimumKernel } from "../../runtime/extremum.js";
import { extremum } from "./support/extremum.js";

export const minimum = extremum("MINIMUM", minimumKernel);
