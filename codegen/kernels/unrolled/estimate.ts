/**
 * What code costs that is made of integers, local variables, operators and elements of typed arrays: a token of it is an
 * opcode or two of XS' bytecode. Counted on XS 13.3 for rv32imc.
 */

/** Instructions and bytes of bytecode of a token. */
const TOKENS: readonly (readonly [token: RegExp, instructions: number, bytes: number])[] = [
  [/(?:const|let) /g, 42, 5],
  [/ = /g, 54, 3],
  [/ (?:\+=|-=) /g, 87, 4],
  [/\bint(?:8|32)\[[^\]]*\] = /g, 420, 2],
  [/\bint(?:8|32)\[/g, 432, 1],
  [/\brequantize\(/g, 13000, 12],
  [/ \? /g, 67, 4],
  [/ (?:[-+*&|^<>]|<<|>>) /g, 33, 1],
  [/\b[a-z]\d*\b/g, 31, 2],
  [/(?<![\w.])\d{1,2}\b/g, 34, 2],
  [/(?<![\w.])\d{3,4}\b/g, 34, 3],
  [/(?<![\w.])\d{5,}\b/g, 34, 5],
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
