/**
 * XS archives, the format of Moddable's mods: documentation/xs/mods.md of the Moddable SDK, `fxWriteArchive` of xsl there and
 * `fxMapArchive` of XS. This one writes archives for the XS of the engines here; `mcrun` writes those for boards.
 */
import { createHash } from "node:crypto";

/** Of XS, in bytecode that it takes. */
const VERSION = Uint8Array.of(13, 3, 0, 0);

/** A file by its name: of a module what boards/xs/compiler/ wrote. */
export type Named = readonly [name: string, bytes: Uint8Array];

/**
 * Links modules and data to one archive.
 *
 * @param name of the mod, as in `com.example.mod`
 */
export function xsArchive(name: string, modules: readonly Named[], data: readonly Named[]): Buffer {
  const symbols = new Symbols();
  const linked = modules.map(([path, bytes]): Named => [path, link(bytes, symbols)]);
  const body = [
    atom("NAME", text(name)),
    atom("SYMB", symbols.names()),
    atom("IDEN", Buffer.alloc(2 * symbols.count)),
    atom("MAPS", symbols.uses()),
    atom("MODS", ...linked.flatMap(([path, code]) => [atom("PATH", text(path)), atom("CODE", code)])),
  ];
  const version = atom("VERS", VERSION);
  const start = [...body, version].reduce((sum, { length }) => sum + length, ATOM + ATOM + DIGEST + ATOM);
  const resources = atom("RSRC", ...placed(data, start));
  const signature = createHash("md5");
  for (const part of [...body, resources]) signature.update(part);
  return atom("XS_A", version, atom("SIGN", signature.digest()), ...body, resources);
}

/** Bytes of an atom's length and type, and of an MD5 sum. */
const ATOM = 8;
const DIGEST = 16;

function atom(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.from(`0000${type}`, "latin1");
  head.writeUInt32BE(parts.reduce((sum, { length }) => sum + length, ATOM));
  return Buffer.concat([head, ...parts]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

/** Paths and contents, each of which begins at a multiple of 4 bytes of the archive: padding follows the paths. */
function placed(data: readonly Named[], start: number): Buffer[] {
  let end = start;
  return data.flatMap(([path, bytes]) => {
    const named = ATOM + path.length + 1;
    const padding = Buffer.alloc(-(end + named) & 3);
    end += named + padding.length + ATOM + bytes.length;
    return [atom("PATH", text(path), padding), atom("DATA", bytes)];
  });
}

/** The names of all modules, and which of them instructions refer to, in the order of these. */
class Symbols {
  readonly #indexes = new Map([["", 0]]);
  readonly #uses: number[] = [];

  get count(): number {
    return this.#indexes.size;
  }

  use(name: string): void {
    const index = this.#indexes.get(name) ?? this.#indexes.size;
    this.#indexes.set(name, index);
    this.#uses.push(index);
  }

  names(): Buffer {
    return Buffer.concat([shorts([this.count]), ...[...this.#indexes.keys()].map(text)]);
  }

  uses(): Buffer {
    return shorts(this.#uses);
  }
}

function shorts(values: readonly number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}

/** How much higher an instruction is that refers to a function's code or a string where it lies than one that copies it. */
const IN_PLACE = 3;

/** A compiled module's code as archives have it: nothing is copied from it, and what is named is numbered when it is mapped. */
function link(compiled: Uint8Array, symbols: Symbols): Buffer {
  const bytes = Buffer.from(compiled);
  const [symbolBytes, codeBytes, lines, names, copies] = words(bytes, 0, HEADER_WORDS);
  const start = 4 * HEADER_WORDS;
  const own = bytes
    .subarray(start + 2, start + symbolBytes)
    .toString("latin1")
    .split("\0");
  const code = bytes.subarray(start + symbolBytes, start + symbolBytes + codeBytes);
  const end = start + ((symbolBytes + codeBytes + 3) & ~3) + 8 * lines;
  for (const at of words(bytes, end, names)) {
    const index = code.readUInt16LE(at + 1);
    symbols.use(index === 0 ? "" : own[index - 1]);
    code.writeUInt16LE(0, at + 1);
  }
  for (const at of words(bytes, end + 4 * names, copies)) code[at] += IN_PLACE;
  return code;
}

/** Symbols, code, lines, names, copies: boards/xs/compiler/main.c. */
const HEADER_WORDS = 5;

function words(bytes: Buffer, offset: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => bytes.readInt32LE(offset + 4 * i));
}
