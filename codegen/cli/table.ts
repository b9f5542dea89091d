import { thousands } from "../emit/text.js";

/** A shape, e.g. `1×28×28×1`; `scalar` for none. */
export function shapeText(shape: readonly number[]): string {
  return shape.join("×") || "scalar";
}

/** A column of a table; columns of numbers are aligned right. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Rows under titles, without lines. */
export async function table(
  columns: readonly Column[],
  rows: readonly (readonly (string | number)[])[],
): Promise<string> {
  const { default: Table } = await import("cli-table3");
  const lines = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align = "left" }) => align),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    chars: NO_LINES,
  });
  lines.push(...rows.map((row) => row.map((cell) => (typeof cell === "number" ? thousands(cell) : cell))));
  return `${lines.toString().replace(/ +$/gm, "")}\n`;
}

const NO_LINES = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "  ",
};
