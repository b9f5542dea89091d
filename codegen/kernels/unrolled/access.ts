/** Reading inputs into local variables and writing outputs from them, four at a time where they fill an int32. */
import type { Value } from "./expression.js";

/** Turns four elements into what variables hold, each 128 more, and back. */
const FLIP = " ^ -2139062144";

/** Where inputs lie: the byte offset of the first one is `i`, and `w` that in words where it is aligned. */
export interface Elements {
  readonly isAligned: boolean;
  /** How many there are: a word that is not all theirs is not read. */
  readonly length: number;
}

/** Reads of one word, or of single elements: expressions, and the inputs that they give. */
export interface Reads {
  /** Sets the variable `u` or `t`; undefined where elements are read one by one. */
  readonly word?: string;
  /** For each input, the expression of its value. */
  readonly values: readonly (readonly [input: number, text: string])[];
}

/** How inputs are read, in the order given, into `u` and into `t` by turns. */
export function readsOf(inputs: readonly number[], { isAligned, length }: Elements): Reads[] {
  const words = new Map<number, number[]>();
  for (const input of inputs) words.set(input >> 2, [...(words.get(input >> 2) ?? []), input]);
  return [...words].map(([word, members]) => {
    if (!isAligned || members.length === 1 || 4 * word + 4 > length)
      return { values: members.map((input) => [input, `int8[${at("i", input)}] + 128`] as const) };
    const name = "ut"[word % 2];
    return {
      word: `${name} = int32[${at("w", word)}]${FLIP}`,
      values: members.map((input) => [input, byteText(name, input & 3)] as const),
    };
  });
}

function at(base: string, index: number): string {
  return index === 0 ? base : `${base} + ${index}`;
}

/** Byte `index` of a variable that holds four. */
function byteText(variable: string, index: number): string {
  return index === 0 ? `${variable} & 255` : `${variable} >> ${8 * index} & 255`;
}

/** Statements that write outputs; `first` is the element of the first one. */
export function storeText(outputs: readonly Value[], first: number, isAligned: boolean): string[] {
  const lines: string[] = [];
  for (let i = 0; i < outputs.length; ) {
    const element = first + i;
    const [a, b, c, d] = outputs.slice(i, i + 4).map(({ name }) => name);
    const isWord = isAligned && element % 4 === 0 && d !== undefined;
    lines.push(
      isWord
        ? `int32[${at("v", element / 4)}] = (${a} | ${b} << 8 | ${c} << 16 | ${d} << 24)${FLIP};`
        : `int8[${at("o", element)}] = ${a} - 128;`,
    );
    i += isWord ? 4 : 1;
  }
  return lines;
}
