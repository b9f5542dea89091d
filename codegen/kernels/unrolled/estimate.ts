/**
 * What code costs that is made of integers, local variables, operators and elements of typed arrays: a token of it is an
 * opcode or two of XS' bytecode. Counted on XS 13.3 for rv32imc.
 */

/** Instructions of a token. */
const TOKENS: readonly (readonly [token: RegExp, instructions: number])[] = [
  [/(?:const|let) /g, 54],
  [/ = /g, 21],
  [/\bint(?:8|32)\[/g, 423],
  [/\bint(?:8|32)\[[^\]]*\] = /g, 221],
  [/\brequantize\(/g, 13000],
  [/ \? /g, -51], // that one of both results is not evaluated is more than what the branch costs
  [/ [-+*] /g, 34],
  [/ (?:[&|^<>]|<<|>>) /g, 30],
  [/\b[a-z]\d*\b/g, 31],
  [/(?<![\w.])\d{1,2}\b/g, 26],
  [/(?<![\w.])\d{3,4}\b/g, 26],
  [/(?<![\w.])\d{5,}\b/g, 26],
];

/** Instructions of statements or of an expression, where every condition has to be looked at. */
export function instructionsOf(text: string): number {
  return TOKENS.reduce(
    (sum, [token, instructions]) => sum + instructions * (text.match(token)?.length ?? 0),
    0,
  );
}
