/** Whether a model fits on a board, and what an inference costs there. */
import { type Creation, creationBytes, type Memory } from "../codegen/plan/creation.js";
import type { ChipBoard } from "./board.js";
import type { Range } from "./figure.js";
import { chooseMachine, type MachineChoice, mostBytes, mostChunkBytes, type Shortage } from "./machine.js";
import { type Battery, batteryDays, type Instructions, type Prediction, predict } from "./predict.js";

/** What is known of a model before it runs on the board. */
export interface Model {
  readonly memory: Memory;
  readonly weightsBytes: number;
  /** And what preloaded modules made. */
  readonly bytecode: { readonly bytes: number; readonly basis: Instructions["basis"] };
  readonly instructions: Instructions;
}

export interface Fit {
  readonly board: string;
  readonly fits: boolean;
  /** Whether it does so beside Wi-Fi. */
  readonly withWifi: boolean;
  /** What is missing; empty where it fits. */
  readonly short: readonly Shortage[];
  readonly heap: {
    readonly needed: number;
    readonly available: number;
    /** Absent on chips without Wi-Fi. */
    readonly availableWithWifi?: number;
  };
  readonly flash: { readonly needed: number; readonly available: number };
  readonly creation: Creation;
  readonly askedBy: MachineChoice["askedBy"];
  readonly exceedsDefault: boolean;
  readonly bytecode: Model["bytecode"];
  readonly instructions: Instructions;
  readonly predicted: Prediction;
  /** Absent where inferences may take longer than they are apart. */
  readonly batteryDays?: Range;
}

/** The machine and the flash that a model takes on a board, and what it is short of. */
export function placeOn(
  model: Pick<Model, "memory" | "weightsBytes" | "bytecode">,
  board: ChipBoard,
): { readonly machine: MachineChoice; readonly flash: Fit["flash"]; readonly short: readonly Shortage[] } {
  const machine = chooseMachine(model.memory, board);
  const flash = flashOn(model, board);
  const isShort = flash.needed > flash.available;
  return { machine, flash, short: isShort ? [...machine.short, { what: "flash", ...flash }] : machine.short };
}

export function fitOn(model: Model, board: ChipBoard, battery: Battery): Fit {
  const { machine, flash, short } = placeOn(model, board);
  const predicted = predict(model.instructions, board);
  const days = batteryDays(predicted, board, battery);
  return {
    board: board.name,
    fits: short.length === 0,
    withWifi: short.length === 0 && machine.withWifi,
    short,
    heap: {
      needed: creationBytes(machine.creation),
      available: mostBytes(board, false),
      ...(board.memory.freeWifiBytes && { availableWithWifi: mostBytes(board, true) }),
    },
    flash,
    creation: machine.creation,
    askedBy: machine.askedBy,
    exceedsDefault: machine.exceedsDefault,
    bytecode: model.bytecode,
    instructions: model.instructions,
    predicted,
    ...(days && { batteryDays: days }),
  };
}

/** What a model takes of the flash beside the firmware, and what there is of it. */
export function flashOn(
  { weightsBytes, bytecode }: Pick<Model, "weightsBytes" | "bytecode">,
  board: ChipBoard,
): Fit["flash"] {
  return { needed: weightsBytes + bytecode.bytes, available: freeFlash(board) };
}

/** Bytes of flash that the firmware leaves. */
export function freeFlash({ flash }: ChipBoard): number {
  return Math.max(0, flash.appBytes.value - flash.firmwareBytes.value);
}

/** A model's bytecode and frozen objects as its plan predicts them, where no engine has told their size. */
export function estimateBytecode({
  flashBytes,
  weightsBytes,
}: {
  readonly flashBytes: number;
  readonly weightsBytes: number;
}): Model["bytecode"] {
  return { bytes: flashBytes - weightsBytes, basis: "estimated" };
}

/** What is counted of flash may be so much more than what is predicted: ad01_int8 on an ESP8266 takes 397,520 bytes for 390,591. */
const FLASH_ERROR = 1.03;

/** What the planner is told of a board: chunks that a model can have at most, and the flash that the firmware leaves. */
export function limitsOf(board: ChipBoard): { readonly chunkBytes: number; readonly flashBytes: number } {
  return { chunkBytes: mostChunkBytes(board), flashBytes: Math.floor(freeFlash(board) / FLASH_ERROR) };
}
