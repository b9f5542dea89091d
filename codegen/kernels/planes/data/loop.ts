/** What a loop's body costs, times its iterations. */
import { constants } from "../../../cost/constants.js";
import type { Program } from "../program.js";

const { loop, iteration } = constants.interpreter;

/** Writes a body once and counts it as often as it runs. @returns instructions of one iteration */
export function repeated(program: Program, times: number, write: () => void): number {
  const { instructions, garbageBytes } = program;
  write();
  const each = program.instructions - instructions + iteration;
  program.spend((times - 1) * each + iteration + loop, (times - 1) * (program.garbageBytes - garbageBytes));
  return each;
}
