/** What a board gives to an application and its models. */
import type { ChipBoard } from "../../../boards/board.js";
import { limitsOf } from "../../../boards/fit.js";
import { machineFor, mostBytes } from "../../../boards/machine.js";
import type { AppBoard } from "../../app/app.js";
import { type ModelFlash, partitionTable } from "../../app/partitions.js";
import { type Creation, creationBytes, creationFor, type Memory } from "../../plan/creation.js";
import type { PlanOptions } from "../../plan/options.js";

/** Transmit pins of the first UART, from the Moddable SDK: build/devices/esp32/lib/debugger/debugger_uart.c. */
const CONSOLE_PINS: Readonly<Record<string, number>> = {
  ESP32: 1,
  "ESP32-S2": 43,
  "ESP32-S3": 43,
  "ESP32-C3": 21,
  "ESP32-C6": 16,
  "ESP32-H2": 24,
};

/** Where there are partitions, a model needs its flash twice and a quarter: in the application, and as a mod that may grow. */
const FLASH_SHARE = 1 / 2.25;

/** What the planner is told, for each of `models` models. */
export function modelLimits(board: ChipBoard, models: number): PlanOptions {
  const { chunkBytes, flashBytes } = limitsOf(board);
  const share = hasPartitions(board) ? FLASH_SHARE : 1;
  return {
    chunkBytes: Math.floor(chunkBytes / models),
    flashBytes: Math.floor((flashBytes * share) / models),
  };
}

function hasPartitions({ flash }: ChipBoard): boolean {
  return flash.partitionTableOffset !== null;
}

/** @throws Refusal where the models do not fit, in memory or in flash */
export function appBoard(
  board: ChipBoard,
  models: readonly (ModelFlash & { readonly memory: Memory })[],
): AppBoard {
  const { flash } = board;
  const consolePin = CONSOLE_PINS[board.chip];
  const bytes = {
    board: board.name,
    bytes: flash.bytes.value,
    appOffset: flash.appOffset.value,
    firmwareBytes: flash.firmwareBytes.value,
  };
  return {
    name: board.name,
    platform: board.moddable.platform,
    creation: creationOn(board, together(models.map(({ memory }) => memory))),
    ...(consolePin !== undefined && { consolePin }),
    ...(hasPartitions(board) && { partitions: partitionTable(bytes, models) }),
  };
}

/** All models live at once; one runs at a time. */
function together(memories: readonly Memory[]): Memory {
  return memories.reduce((a, b) => ({
    chunkBytes: a.chunkBytes + b.chunkBytes,
    slots: a.slots + b.slots,
    stackSlots: Math.max(a.stackSlots, b.stackSlots),
    isCollected: a.isCollected || b.isCollected,
  }));
}

/** The board's own kind of machine, one block or several, as large as it must be; the least one where there is no room for it. */
function creationOn(board: ChipBoard, memory: Memory): Creation {
  const roomy = creationFor(memory, board.moddable.creation);
  const block = roomy.static || roomy.chunk.initial;
  return creationBytes(roomy) <= mostBytes(board, true) && block <= board.memory.largestBlockBytes.value
    ? roomy
    : machineFor(memory, board).creation;
}
