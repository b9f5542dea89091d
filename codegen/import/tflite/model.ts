import { type Place, refuse } from "../../problems/problem.js";
import * as schema from "./schema.js";
import { FlatFile, type VerifiedTable } from "./verified-table.js";

/** What all subgraphs of a file share. */
export interface Model {
  readonly subgraphs: readonly VerifiedTable[];
  readonly operatorCodes: readonly VerifiedTable[];
  /** The bytes of a buffer, one copy however often it is asked for; undefined where it is empty. */
  buffer(index: number, place: Place): Uint8Array | undefined;
}

/**
 * Opens a .tflite file: identifier, schema version and the lists that its tensors and operators name by index.
 *
 * @throws Refusal `file-identifier`, `file-version`, `subgraph-missing`, and those of the verified access
 */
export function openModel(bytes: Uint8Array): Model {
  const file = new FlatFile(bytes);
  const found = file.identifier();
  if (found !== schema.FILE_IDENTIFIER)
    refuse("file-identifier", { found, expected: schema.FILE_IDENTIFIER });
  const root = file.root();
  const version = root.uint32(schema.Model.version);
  if (version !== schema.SCHEMA_VERSION)
    refuse("file-version", { found: version, expected: schema.SCHEMA_VERSION });
  const subgraphs = root.tables(schema.Model.subgraphs);
  if (subgraphs.length === 0) refuse("subgraph-missing", {});
  const buffers = root.tables(schema.Model.buffers);
  const copies = new Map<number, Uint8Array | undefined>();
  return {
    subgraphs,
    operatorCodes: root.tables(schema.Model.operatorCodes),
    buffer(index, place) {
      if (index >= buffers.length) refuse("buffer-index", { index, count: buffers.length }, place);
      if (!copies.has(index)) copies.set(index, content(file, buffers[index]));
      return copies.get(index);
    },
  };
}

/** A buffer's bytes: inside the flatbuffer, or, in files that pass 2 GiB elsewhere, after it. */
function content(file: FlatFile, buffer: VerifiedTable): Uint8Array | undefined {
  const offset = buffer.uint64(schema.Buffer.offset);
  const bytes =
    offset > 1n
      ? file.slice("a buffer", Number(offset), Number(buffer.uint64(schema.Buffer.size)))
      : buffer.bytes(schema.Buffer.data);
  return bytes?.length ? bytes : undefined;
}
