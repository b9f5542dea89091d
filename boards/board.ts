/** Boards by name, and descriptions from elsewhere. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Problem, Refusal, refuse } from "../codegen/problems/problem.js";
import { type Board, board as boardSchema } from "./description.js";
import { projectPath } from "./project.js";

export type { Board, ChipBoard, ChipIsa, HostBoard } from "./description.js";

/** No description is larger. */
export const MAX_BOARD_BYTES = 2 ** 16;

/**
 * A description from a file.
 *
 * @param path for messages
 * @throws Refusal `board-malformed`, or `board-field` for each field that is wrong
 */
export function parseBoard(bytes: Uint8Array, path: string): Board {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return refuse("board-malformed", { path, why: "it is not JSON" });
  }
  const problems: Problem[] = [];
  const board = boardSchema(document, "", (field, found, expected) => {
    problems.push({ code: "board-field", place: {}, details: { path, field, found, expected } });
  });
  if (board) return board;
  throw new Refusal(problems);
}

/** The boards that come with the project, chips before hosts, each in alphabetical order. */
export async function boards(): Promise<readonly Board[]> {
  const folder = projectPath("boards", "descriptions");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json"));
  const all = await Promise.all(
    files.map(async (file) => parseBoard(await readFile(join(folder, file)), `boards/descriptions/${file}`)),
  );
  return all.sort((a, b) => (a.kind === b.kind ? (a.name < b.name ? -1 : 1) : a.kind === "chip" ? -1 : 1));
}

/** @throws Refusal `board-unknown` */
export async function boardByName(name: string): Promise<Board> {
  const all = await boards();
  return (
    all.find((board) => board.name === name) ??
    refuse("board-unknown", { board: name, known: all.map((board) => board.name) })
  );
}
