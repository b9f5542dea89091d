import { boards, type ChipBoard } from "../../boards/board.js";

/** The project's boards that have a chip. */
export const chips = (await boards()).filter((board): board is ChipBoard => board.kind === "chip");

export function chip(name: string): ChipBoard {
  return chips.find((board) => board.name === name)!;
}
