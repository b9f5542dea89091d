/** A board that models run on: its engine, its machine, and what its counts are worth. */
import type { Board } from "../../boards/board.js";
import type { Engine, Machine } from "../../boards/engine.js";
import { exactly } from "../../boards/figure.js";
import { estimateBytecode, flashOn, limitsOf } from "../../boards/fit.js";
import { type MachineChoice, machineFor, machineOf } from "../../boards/machine.js";
import { type Prediction, predict } from "../../boards/predict.js";
import { type Selection, selectEngine } from "../../boards/select.js";
import type { PlanOptions } from "../plan/options.js";
import { refuse } from "../problems/problem.js";
import { findBoard } from "./boards.js";
import type { Cli } from "./cli.js";
import type { Target } from "./target.js";

export interface OnBoard {
  readonly board: Board;
  readonly engine: Engine;
  readonly selection: Selection;
}

/** What the planner is told of a board; nothing of this computer. */
export function boardPlan({ board }: Pick<OnBoard, "board">): PlanOptions {
  return board.kind === "host" ? {} : limitsOf(board);
}

/** The machine that a model gets on a board. */
export interface BoardMachine {
  readonly choice: MachineChoice;
  readonly machine: Machine;
}

/**
 * A board and its engine.
 *
 * @param name its name, or the path of a description
 */
export async function openBoard(cli: Cli, name: string): Promise<OnBoard> {
  const board = await findBoard(name);
  const selection = selectEngine(board);
  return { board, engine: await cli.engine(selection.engine), selection };
}

/**
 * The machine for a model, which the board's description and the plan decide; nothing on this computer.
 *
 * @throws Refusal `board-too-small`
 */
export function boardMachine({ board }: OnBoard, { report }: Target): BoardMachine | undefined {
  if (board.kind === "host") return undefined;
  const choice = machineFor(report.memory, board);
  const bytecode = estimateBytecode(report);
  const { needed, available } = flashOn({ weightsBytes: report.weightsBytes, bytecode }, board);
  if (needed > available)
    refuse("board-too-small", { board: board.name, what: "flash", needed, available, unit: "bytes" });
  return { choice, machine: machineOf(choice.creation) };
}

/** What an inference of so many counted instructions takes on the board; nothing on this computer. */
export function predicted(
  { board, selection: { isa } }: OnBoard,
  instructions: number | undefined,
): Prediction | undefined {
  if (board.kind === "host" || isa === undefined || instructions === undefined) return undefined;
  return predict({ count: exactly(instructions), isa, basis: "counted" }, board);
}
