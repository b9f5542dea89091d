import { type Place, refuse } from "../../problems/problem.js";

const MAX_LENGTH = 1000;

/** C0 and C1 controls, line and paragraph separators, and marks that change the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it looks for
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/;

/**
 * A name from a file. Names stay as they are, in comments and strings of what is generated, so none may break out.
 *
 * @throws Refusal `name-unsafe`, `name-too-long`
 */
export function safeName(name: string, place: Place = {}): string {
  if (name.length > MAX_LENGTH) refuse("name-too-long", { length: name.length, limit: MAX_LENGTH }, place);
  if (UNSAFE.test(name)) refuse("name-unsafe", { name }, place);
  return name;
}
