/** Boards as arguments of commands. */
import { type Board, boardByName, type ChipBoard, MAX_BOARD_BYTES, parseBoard } from "../../boards/board.js";
import { refuse } from "../problems/problem.js";
import { readBounded } from "./files.js";

/**
 * A board by its name, or the description in a file: whatever ends in .json is one.
 *
 * @throws Refusal where there is no such board, or the file is no description
 */
export async function findBoard(nameOrPath: string): Promise<Board> {
  if (!nameOrPath.endsWith(".json")) return boardByName(nameOrPath);
  return parseBoard(await readBounded(nameOrPath, MAX_BOARD_BYTES), nameOrPath);
}

/**
 * The same for a board with a chip.
 *
 * @throws Refusal `board-is-host` for this computer, too
 */
export async function findChip(nameOrPath: string): Promise<ChipBoard> {
  const board = await findBoard(nameOrPath);
  return board.kind === "chip" ? board : refuse("board-is-host", { board: board.name });
}
