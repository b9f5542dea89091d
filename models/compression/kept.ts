/** Rows that were measured before, so that a table of hours can be made in pieces. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CompressionRow } from "../../codegen/bench/compression/table.js";
import { readBounded, writeFiles } from "../../codegen/cli/files.js";
import { json } from "../../codegen/emit/text.js";

export interface MeasuredRow extends CompressionRow {
  readonly macs: number;
}

/** A file for each row in a folder. What a row was made with is in the file's name: made otherwise it is another row. */
export class KeptRows {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The row if it was kept, else it is made and kept.
   *
   * @param made all that its figures follow from but for the code
   */
  async row(name: string, made: object, make: () => Promise<MeasuredRow>): Promise<MeasuredRow> {
    const file = `${name.replaceAll(/[^a-z0-9]+/gi, "-")}-${digest(made)}.json`;
    const path = join(this.#folder, file);
    if (existsSync(path)) return JSON.parse(new TextDecoder().decode(await readBounded(path)));
    const row = await make();
    await writeFiles(this.#folder, new Map([[file, new TextEncoder().encode(json(row))]]));
    return row;
  }
}

/** Of data and functions, which count as their text. */
function digest(made: object): string {
  const text = JSON.stringify(made, (_, value) => (typeof value === "function" ? String(value) : value));
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
