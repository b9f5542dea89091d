/** Boards as arguments of commands. */
import { type Board, boardByName, MAX_BOARD_BYTES, parseBoard } from "../../boards/board.js";
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
