/** The file `codegen/cost/constants.ts`. */

/** Numbers by name, nested. */
export interface Constants {
  readonly [name: string]: number | Constants;
}

const HEADER = `/**
 * Instructions of Moddable XS 13.3 on RV32IMC, compiled -Os, as \`xsnn calibrate --update\` measured them and wrote them here.
 * docs/costs.md says what each stands for.
 */`;

/** As the project's formatter has it. */
const LINE_WIDTH = 110;

export function constantsText(constants: Constants): string {
  return `${HEADER}\nexport const constants = ${text(constants, "", "export const constants = ".length)} as const;\n`;
}

function text(value: number | Constants, indent: string, used: number): string {
  if (typeof value === "number") return rounded(value);
  const deeper = `${indent}  `;
  const entries = Object.entries(value);
  const isFlat = entries.every(([, it]) => typeof it === "number");
  const line = `{ ${entries.map(([name, it]) => `${name}: ${text(it, "", 0)}`).join(", ")} }`;
  if (isFlat && entries.length < LONG && used + line.length < LINE_WIDTH) return line;
  const lines = entries.map(
    ([name, it]) => `${deeper}${name}: ${text(it, deeper, deeper.length + name.length + 2)},\n`,
  );
  return `{\n${lines.join("")}${indent}}`;
}

/** Lists of so many entries stand one below the other. */
const LONG = 8;

/** Four digits: more is noise. */
function rounded(value: number): string {
  return `${Number(value.toPrecision(4))}`;
}
