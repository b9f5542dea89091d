/** A board as the planner of splits sees it. */
import { heapOf, modelCost } from "../codegen/cost/model.js";
import { creationBytes, memoryOfPlan } from "../codegen/plan/creation.js";
import type { PlanOptions } from "../codegen/plan/options.js";
import type { StageBoard } from "../codegen/split/stage-board.js";
import type { ChipBoard } from "./board.js";
import { exactly } from "./figure.js";
import { estimateBytecode, limitsOf, placeOn } from "./fit.js";
import { machineOf } from "./machine.js";
import { activeWatts, predict } from "./predict.js";

/**
 * Time, energy and memory by the description: of its figures the likeliest values. A stage is alone on the board, whose radio is
 * off; buffers of a transport are not counted.
 *
 * @param options what stages shall be good at; the board's limits are added
 */
export function stageBoard(board: ChipBoard, options: PlanOptions = {}): StageBoard {
  return {
    name: board.name,
    options: { ...limitsOf(board), ...options },
    watts: activeWatts(board).value,
    milliseconds: (instructions) =>
      predict({ count: exactly(instructions), isa: "rv32imc", basis: "estimated" }, board).milliseconds.value,
    place: (plan) => {
      const weightsBytes = plan.weights.length;
      const bytecode = estimateBytecode({ flashBytes: plan.flashBytes, weightsBytes });
      const model = { memory: memoryOfPlan(plan), weightsBytes, bytecode };
      const { machine, flash, short } = placeOn(model, board);
      return {
        instructions: modelCost(plan.layers, heapOf(plan, machineOf(machine.creation))).instructions,
        flashBytes: flash.needed,
        heapBytes: creationBytes(machine.creation),
        short,
      };
    },
  };
}
