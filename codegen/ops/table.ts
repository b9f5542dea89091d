import { operators } from "./index.js";
import type { Operator } from "./operator.js";

/** What people want to know of an operator before they train with it. */
export interface OperatorRow {
  readonly operator: string;
  readonly types: string;
  readonly restrictions: string;
  /** What its bits were checked against. */
  readonly checked: string;
}

/** Every operator, in alphabetical order. */
export function operatorTable(): OperatorRow[] {
  return (Object.values(operators) as Pick<Operator<never>, "kind" | "types" | "restrictions" | "checked">[])
    .map(({ kind, types, restrictions, checked }) => ({ operator: kind, types, restrictions, checked }))
    .sort((a, b) => (a.operator < b.operator ? -1 : 1));
}

/** The same as a Markdown table. */
export function operatorMarkdown(): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = operatorTable().map(
    (row) => `| ${row.operator} | ${cell(row.types)} | ${cell(row.restrictions)} | ${cell(row.checked)} |`,
  );
  return `${["| Operator | Types | Restrictions | Checked against |", "| --- | --- | --- | --- |", ...rows].join("\n")}\n`;
}
