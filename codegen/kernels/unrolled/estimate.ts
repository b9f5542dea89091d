/**
 * What code costs that is made of integers, local variables, operators and elements of typed arrays: a token of it is an
 * opcode or two of XS' bytecode. Counted on XS 13.3 for rv32imc.
 */

/** Instructions and bytes of bytecode of a token. */
const TOKENS: readonly (readonly [token: RegExp, instructions: number, bytes: number])[] = [
  [/(?:const|let) /g, 54, 4],
  [/ = /g, 21, 1],
  [/\bint(?:8|32)\[/g, 423, 1],
  [/\bint(?:8|32)\[[^\]]*\] = /g, 221, 0],
  [/\brequantize\(/g, 13000, 12],
  [/ \? /g, -51, 4], // that one of both results is not evaluated is more than what the branch costs
  [/ [-+*] /g, 34, 1],
  [/ (?:[&|^<>]|<<|>>) /g, 30, 1],
  [/\b[a-z]\d*\b/g, 31, 2],
  [/(?<![\w.])\d{1,2}\b/g, 26, 2],
  [/(?<![\w.])\d{3,4}\b/g, 26, 3],
  [/(?<![\w.])\d{5,}\b/g, 26, 5],
];

/** Instructions of statements or of an expression, where every condition has to be looked at. */
export function instructionsOf(text: string): number {
  return total(text, 1);
}

/** Bytes of its bytecode. */
export function bytecodeOf(text: string): number {
  return total(text, 2);
}

function total(text: string, column: 1 | 2): number {
  return TOKENS.reduce((sum, row) => sum + row[column] * (text.match(row[0])?.length ?? 0), 0);
}
