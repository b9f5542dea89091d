/** Which engine runs a board's models. */
import type { Board, ChipIsa } from "./board.js";
import type { CountedIsa } from "./predict.js";

export interface Selection {
  /** Name of the engine. */
  readonly engine: string;
  /** The instruction set whose instructions are counted; nothing on this computer. */
  readonly isa?: CountedIsa;
  /** The board's own instruction set, where the engine runs another in its place. Its counts are not that chip's. */
  readonly standInFor?: ChipIsa;
}

const engines: Readonly<Record<CountedIsa, string>> = { rv32imc: "qemu-rv32", lx106: "qemu-lx106" };

/** Instruction sets that an engine runs. Code for rv32imc runs on rv32imac as it is. */
const counted: Readonly<Partial<Record<ChipIsa, CountedIsa>>> = {
  rv32imc: "rv32imc",
  rv32imac: "rv32imc",
  lx106: "lx106",
};

/** The engine of a board: the board's own instruction set where one has it, else the one that stands in for it. */
export function selectEngine(board: Board): Selection {
  if (board.kind === "host") return { engine: board.engine };
  const own = counted[board.isa];
  if (own) return { engine: engines[own], isa: own };
  const isa = board.speed.standIn?.isa ?? "rv32imc";
  return { engine: engines[isa], isa, standInFor: board.isa };
}
