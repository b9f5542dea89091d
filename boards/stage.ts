/** A board as the planner of splits sees it. */
import { heapOf, modelCost } from "../codegen/cost/model.js";
import { creationBytes, memoryOfPlan } from "../codegen/plan/creation.js";
import type { PlanOptions } from "../codegen/plan/options.js";
import type { StageBoard } from "../codegen/split/stage-board.js";
import { trainingFigures } from "../codegen/training/figures.js";
import type { ChipBoard } from "./board.js";
import { exactly } from "./figure.js";
import { estimateBytecode, limitsOf, placeOn } from "./fit.js";
import { machineOf, roomyMachine } from "./machine.js";
import { activeWatts, predict } from "./predict.js";

export interface StageOptions extends PlanOptions {
  /** Whether its links need the radio. */
  readonly isWireless?: boolean;
}

/**
 * Current of a radio that is on and listens, beside that of the CPU: 84 mA by the data sheet of the ESP32-C3 for 802.11n of
 * 20 MHz, 63 mA on an ESP32-S2, 110 mA on an ESP32. Packets that are sent take three times as much, for a small part of the time.
 */
const RADIO_MILLIAMPS = 84;

/**
 * Time, energy and memory by the description: of its figures the likeliest values. A stage is alone on the board, and has a
 * machine with room for garbage.
 *
 * @param options what stages shall be good at; the board's limits are added
 */
export function stageBoard(
  board: ChipBoard,
  { isWireless = false, ...options }: StageOptions = {},
): StageBoard {
  const radioWatts = isWireless ? 0.001 * RADIO_MILLIAMPS * board.power.volts.value : 0;
  return {
    name: board.name,
    options: { ...limitsOf(board), ...options },
    watts: activeWatts(board).value + radioWatts,
    milliseconds: (instructions) =>
      predict({ count: exactly(instructions), isa: "rv32imc", basis: "estimated" }, board).milliseconds.value,
    place: (plan, bufferBytes) => {
      const weightsBytes = plan.weights.length;
      const flashBytes = plan.flashBytes + (trainingFigures(plan)?.flashBytes ?? 0);
      const bytecode = estimateBytecode({ flashBytes, weightsBytes });
      const own = memoryOfPlan(plan);
      const memory = { ...own, chunkBytes: own.chunkBytes + bufferBytes };
      const { machine, flash, short } = placeOn({ memory, weightsBytes, bytecode }, board);
      const creation = roomyMachine(memory, board, isWireless) ?? machine.creation;
      const heap = heapOf(plan, machineOf(creation));
      const liveBytes = heap.liveBytes + bufferBytes;
      return {
        instructions: modelCost(plan.layers, { ...heap, liveBytes }).instructions,
        flashBytes: flash.needed,
        creation,
        heapBytes: creationBytes(creation),
        short,
      };
    },
  };
}
