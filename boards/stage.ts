/** A board as the planner of splits sees it. */
import { collectionCost } from "../codegen/cost/collections.js";
import { heapOf, modelCost } from "../codegen/cost/model.js";
import {
  type Creation,
  creationBytes,
  type Memory,
  memoryOfPlan,
  SLOT_BYTES,
} from "../codegen/plan/creation.js";
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

/** Bytes of a chunk that links leave behind, typically. */
const MESSAGE_CHUNK = 2048;

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
    place: (plan, buffers, inferences = [plan.layers]) => {
      const weightsBytes = plan.weights.length;
      const flashBytes = plan.flashBytes + (trainingFigures(plan)?.flashBytes ?? 0);
      const bytecode = estimateBytecode({ flashBytes, weightsBytes });
      const own = memoryOfPlan(plan);
      const memory = {
        ...own,
        chunkBytes: own.chunkBytes + buffers.chunkBytes,
        slots: own.slots + buffers.slots,
        isCollected: own.isCollected || buffers.garbageBytes > 0,
      };
      const left = without(buffers.driverBytes, board);
      const { machine, flash, short } = placeOn({ memory, weightsBytes, bytecode }, left);
      const creation = roomyMachine(memory, left, isWireless) ?? machine.creation;
      const heap = heapOf(plan, { ...machineOf(creation), chunkBytes: chunkRoom(creation, memory) });
      const liveBytes = heap.liveBytes + buffers.liveBytes;
      const { garbageBytes } = buffers;
      const inLayers = inferences.reduce(
        (sum, layers) => sum + modelCost(layers, { ...heap, liveBytes }).instructions,
        0,
      );
      const inLinks = collectionCost({
        ...heap,
        liveBytes,
        liveChunks: 0,
        garbageBytes,
        deadBytes: MESSAGE_CHUNK,
      });
      return {
        instructions: inLinks + inLayers / inferences.length,
        flashBytes: flash.needed,
        creation,
        heapBytes: creationBytes(creation),
        short,
      };
    },
  };
}

/** Bytes of chunks that a machine has room for. */
function chunkRoom({ static: block, chunk }: Creation, { slots, stackSlots }: Memory): number {
  return block > 0 ? block - (slots + stackSlots) * SLOT_BYTES : chunk.initial;
}

/** A board whose drivers keep so much of what would else be left to XS. */
function without(driverBytes: number, { memory, ...board }: ChipBoard): ChipBoard {
  const { systemBytes } = memory;
  const value = systemBytes.value + driverBytes;
  return { ...board, memory: { ...memory, systemBytes: { ...systemBytes, value } } };
}
