import type { FigureName } from "../../bench/baseline.js";
import { type Change, type Changes, TOLERANCE } from "../../bench/changes.js";
import type { Case } from "../../bench/measurement.js";
import { thousands } from "../../emit/text.js";
import { table } from "../table.js";

const FIGURES: Readonly<Record<FigureName, string>> = {
  instructions: "instructions",
  ramBytes: "bytes of RAM",
  flashBytes: "bytes of flash",
};

/** What became of a baseline, the bad news last. */
export async function changesText(changes: Changes): Promise<string> {
  const { compared, worse, better, incomparable, unmeasured, added } = changes;
  const percent = `${100 * TOLERANCE} %`;
  const parts = [
    listed("Not measured here", unmeasured),
    listed("Not in the baseline", added),
    await changed(`Better by more than ${percent}`, better),
    await changed(`Slower or bigger by more than ${percent}`, worse),
    listed(
      "Counted on another engine, in another form or in part; write the baseline again with --update",
      incomparable,
    ),
  ];
  const verdict = `${compared} rows of the baseline compared: ${worse.length} figures worse, ${better.length} better.\n`;
  return `${parts.join("")}${verdict}`;
}

function listed(title: string, cases: readonly Case[]): string {
  if (cases.length === 0) return "";
  const lines = cases.map(
    ({ model, board, engine, form }) => `  ${model} on ${board} (${engine}, ${form})\n`,
  );
  return `${title}:\n${lines.join("")}\n`;
}

async function changed(title: string, changes: readonly Change[]): Promise<string> {
  if (changes.length === 0) return "";
  const rows = changes.map(({ model, board, figure, before, after }) => [
    model,
    board,
    before,
    after,
    relative(before, after),
    FIGURES[figure],
  ]);
  const right = { align: "right" } as const;
  const columns = [
    { title: "Model" },
    { title: "Board" },
    { title: "Before", ...right },
    { title: "Now", ...right },
    { title: "Change", ...right },
    { title: "" },
  ];
  return `${title}:\n\n${await table(columns, rows)}\n`;
}

/** A change in per cent, with its sign. */
function relative(before: number, after: number): string {
  if (before === 0) return `+${thousands(after)}`;
  const percent = 100 * (after / before - 1);
  return `${percent > 0 ? "+" : ""}${percent.toFixed(1)} %`;
}
