/** What is said of a run on a board. */
import type { ChipBoard } from "../../boards/board.js";
import { type Range, rangeOf } from "../../boards/figure.js";
import type { MachineChoice } from "../../boards/machine.js";
import type { Prediction } from "../../boards/predict.js";
import { thousands } from "../emit/text.js";
import { creationBytes } from "../plan/creation.js";
import { between, ENERGIES, TIMES } from "./fit-text.js";
import type { OnBoard } from "./on-board.js";

/** The board, and whose instructions were counted, e.g. `esp32-s3: ESP32-S3-DevKitC-1 on qemu-rv32`. */
export function boardText({ board, engine, selection }: OnBoard): string {
  const stands = standInText({ board, engine, selection });
  return `${board.name}: ${board.title}, on ${engine.name}${stands && `\n${stands}`}`;
}

/** What the counts are not, where an engine stands in for the board; empty where it runs the board's instructions. */
export function standInText({ board, selection: { isa, standInFor } }: OnBoard): string {
  if (standInFor === undefined) return "";
  return `No engine here runs ${standInFor}: instructions are those of ${isa}, which stands in for it; they are not ${board.name}'s.`;
}

/** The machine, and who must ask for it. */
export function machineText(
  { creation, askedBy, withWifi }: MachineChoice,
  { moddable, memory }: ChipBoard,
): string {
  const asked = {
    default: `the default of ${moddable.platform}`,
    model: `more than the default of ${moddable.platform}: the model's manifest asks for it`,
    application: `more than the default of ${moddable.platform}: the application's manifest must ask for it`,
  }[askedBy];
  const wifi = withWifi || memory.freeWifiBytes === null ? "" : "; too much beside Wi-Fi";
  return `XS machine: ${thousands(creationBytes(creation))} bytes, ${asked}${wifi}`;
}

/** Time and energy as ranges, and the names of what was assumed for them in the board's description. */
export function predictionText(
  { milliseconds, millijoules }: Prediction,
  board: ChipBoard,
  { standInFor }: OnBoard["selection"],
): string {
  const { speed } = board;
  const assumed: (readonly [string, Range])[] = [
    ["cycles per instruction", rangeOf(speed.cyclesPerInstruction)],
    ["flash misses per thousand instructions", rangeOf(speed.flashMissesPerThousandInstructions)],
  ];
  if (standInFor !== undefined && speed.standIn)
    assumed.push(["instructions for one of the stand-in's", rangeOf(speed.standIn.instructionRatio)]);
  const assumptions = assumed.map(([name, { low, high }]) => `${name} ${low} to ${high}`).join(", ");
  return `Predicted, not measured: ${between(milliseconds, TIMES)}, ${between(millijoules, ENERGIES)} an inference
  assumed for ${board.name}: ${assumptions}`;
}
