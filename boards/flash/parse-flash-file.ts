/** Reads `flash.json`, which anybody may have written. */
import { type Problem, Refusal, refuse } from "../../codegen/problems/problem.js";
import { integer, list, record, type Schema, text } from "../schema.js";
import type { FlashFile } from "./flash-file.js";

/** No flash.json is larger. */
export const MAX_FLASH_FILE_BYTES = 2 ** 16;

/** No flash that the loaders address is larger. */
const offset = integer(0, 2 ** 28);
const name = text(/^[\w][\w .-]{0,31}$/, "a name of at most 32 letters, digits, blanks, dots and dashes");
const file = text(/^\w[\w.-]*$/, "the name of a file beside it");

const flashFile: Schema<FlashFile> = record({
  format: integer(1, 1) as Schema<1>,
  board: text(/\S/, "a board's name"),
  images: list(record({ name, file, offset }), 16),
  partitions: list(
    record({
      name: text(/^[\w.-]{1,16}$/, "a partition's name, of at most 16 characters"),
      type: text(/^(app|data|0x[4-9a-f][0-9a-f])$/i, "app, data or a number from 0x40 to 0xff"),
      subtype: text(/^\w{1,16}$/, "a partition's subtype, such as factory or 0x41"),
      offset,
      bytes: integer(1, 2 ** 28),
    }),
    64,
  ),
});

/**
 * @param path for messages
 * @throws Refusal `flash-file-malformed`, or `flash-file-field` for each field that is wrong
 */
export function parseFlashFile(bytes: Uint8Array, path: string): FlashFile {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return refuse("flash-file-malformed", { path, why: "it is not JSON" });
  }
  const problems: Problem[] = [];
  const parsed = flashFile(document, "", (field, found, expected) => {
    problems.push({ code: "flash-file-field", place: {}, details: { path, field, found, expected } });
  });
  if (parsed) return parsed;
  throw new Refusal(problems);
}
