/** The boards as people compare them. */
import { creationBytes } from "../codegen/plan/creation.js";
import type { Board, ChipBoard } from "./board.js";
import { mostBytes } from "./machine.js";

/** A board in texts. */
export interface BoardRow {
  readonly board: string;
  readonly chip: string;
  readonly clock: string;
  readonly memory: string;
  readonly flash: string;
  /** RAM of the machine that an application gets by default, and the most with Wi-Fi and without it. */
  readonly byDefault: string;
  readonly mostWithWifi: string;
  readonly most: string;
  readonly platform: string;
}

export const BOARD_COLUMNS: readonly { readonly key: keyof BoardRow; readonly title: string }[] = [
  { key: "board", title: "Board" },
  { key: "chip", title: "Chip" },
  { key: "clock", title: "Clock" },
  { key: "memory", title: "RAM" },
  { key: "flash", title: "Flash" },
  { key: "byDefault", title: "XS by default" },
  { key: "mostWithWifi", title: "At most, with Wi-Fi" },
  { key: "most", title: "Without" },
  { key: "platform", title: "Moddable platform" },
];

export function boardRow(board: Board): BoardRow {
  if (board.kind === "chip") return chipRow(board);
  const none = { clock: "", memory: "", flash: "", byDefault: "", mostWithWifi: "", most: "", platform: "" };
  return { ...none, board: board.name, chip: board.title };
}

function chipRow(board: ChipBoard): BoardRow {
  const { name, chip, isa, clockMegahertz, sramBytes, psramBytes, flash, moddable, memory } = board;
  const psram = psramBytes.value > 0 ? ` + ${size(psramBytes.value)}` : "";
  return {
    board: name,
    chip: `${chip}, ${isa}`,
    clock: `${clockMegahertz.value} MHz`,
    memory: size(sramBytes.value) + psram,
    flash: size(flash.bytes.value),
    byDefault: size(creationBytes(moddable.creation)),
    mostWithWifi: memory.freeWifiBytes ? size(mostBytes(board, true)) : "no Wi-Fi",
    most: size(mostBytes(board, false)),
    platform: moddable.platform,
  };
}

/** The boards as a Markdown table. */
export function boardMarkdown(boards: readonly Board[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const rows = boards.map(boardRow).map((row) => line(BOARD_COLUMNS.map(({ key }) => row[key])));
  const head = line(BOARD_COLUMNS.map(({ title }) => title)) + line(BOARD_COLUMNS.map(() => "---"));
  return head + rows.join("");
}

/** Bytes, in KB below a megabyte and in MB from there. */
function size(bytes: number): string {
  return bytes < 2 ** 20 ? `${Math.round(bytes / 1024)} KB` : `${Math.round(bytes / 2 ** 18) / 4} MB`;
}
