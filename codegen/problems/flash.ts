import type { WordsOf } from "./problem.js";
import { quote } from "./quote.js";

interface Room {
  readonly name: string;
  readonly bytes: number;
}

interface Spot {
  readonly offset: number;
  readonly bytes: number;
}

/** What can be wrong with what is to be written to a board's flash, and with writing it. */
export interface FlashProblems {
  // flash.json and what it names.
  "flash-file-malformed": { path: string; why: string };
  "flash-file-field": { path: string; field: string; found: string; expected: string };
  "flash-not-built": { path: string; folder: string; board: string };
  "flash-other-board": { path: string; found: string; board: string };
  "flash-chip-unknown": { board: string; chip: string; known: readonly string[] };
  "flash-nothing": Record<string, never>;
  "flash-empty": { name: string; path: string };
  "flash-too-large": { name: string; path: string; bytes: number; room: Room };
  "flash-unaligned": { name: string; offset: number; sector: number };
  "flash-beyond-end": { name: string; end: number; flashBytes: number };
  "flash-overlap": { first: string; second: string; at: number; end: number };
  "flash-nowhere": { name: string; offset: number; partitions: readonly { name: string; offset: number }[] };
  "flash-no-program": { name: string; path: string };
  "flash-other-chip": { name: string; path: string; found: string; chip: string };
  "flash-no-mod": { path: string };
  "flash-mod-file": { folder: string; found: readonly string[] };
  "flash-no-partition": { board: string; name: string; known: readonly string[] };
  "flash-needs-stub": { board: string };
  // Partition tables.
  "partition-table-malformed": { whose: string; why: string };
  "partition-missing": { name: string; whose: string; known: readonly string[] };
  "partition-elsewhere": { name: string; whose: string; found: Spot; expected: Spot };
  "partition-type": {
    name: string;
    whose: string;
    found: { type: number; subtype: number };
    expected: { type: string; subtype: string };
  };
  // While writing: `state` is what is on the board now.
  "flash-interrupted": { state: string };
  "flash-lost": { path: string; state: string };
  "flash-silent": { path: string; said: string; state: string };
  "flash-refused": { said: string; state: string };
  "flash-mismatch": { name: string; found: string; expected: string; state: string };
  "flash-not-started": { path: string; state: string };
}

const hex = (value: number) => `0x${value.toString(16)}`;

const NOTHING = "nothing was written";

/** What to do about a board that was left half written. */
const again = (state: string) => `on the board now: ${state}`;

export const flashWords: WordsOf<FlashProblems> = {
  "flash-file-malformed": ({ path, why }) => ({
    what: `${path} does not say what to write: ${why}`,
    todo: "build again with `xsnn build`",
  }),
  "flash-file-field": ({ path, field, found, expected }) => ({
    what: `${path}: ${field} is ${found}, and must be ${expected}`,
    todo: "build again with `xsnn build`; docs/flashing.md has what the file holds",
  }),
  "flash-not-built": ({ path, folder, board }) => ({
    what: `there is no ${path}`,
    todo: `build first: \`xsnn build ${folder} --board ${board}\``,
  }),
  "flash-other-board": ({ path, found, board }) => ({
    what: `${path} is for the board ${quote(found)}, not ${board}`,
    todo: `build for it: \`xsnn build\` with --board ${board}`,
  }),
  "flash-chip-unknown": ({ board, chip, known }) => ({
    what: `the chip of ${board}, ${quote(chip)}, has no loader that is known here`,
    todo: `known are ${known.join(", ")}; check \`chip\` in the board's description`,
  }),
  "flash-nothing": () => ({
    what: "flash.json names no image",
    todo: "build again with `xsnn build`",
  }),
  "flash-empty": ({ name, path }) => ({
    what: `${quote(name)} is empty: ${path}`,
    todo: "build again",
  }),
  "flash-too-large": ({ name, path, bytes, room }) => ({
    what: `${quote(name)} has ${bytes} bytes, ${bytes - room.bytes} more than ${room.name}: ${path}`,
    todo: `${NOTHING}; a larger partition in partitions.csv, a smaller model, or a release build in place of a debug build`,
  }),
  "flash-unaligned": ({ name, offset, sector }) => ({
    what: `${quote(name)} is to begin at ${hex(offset)}, inside a block of ${sector} bytes that is erased at once`,
    todo: `${NOTHING}; begin it at a multiple of ${hex(sector)}`,
  }),
  "flash-beyond-end": ({ name, end, flashBytes }) => ({
    what: `${quote(name)} ends at ${hex(end)}, beyond the board's flash of ${flashBytes} bytes`,
    todo: `${NOTHING}; check the sizes in partitions.csv and in the board's description`,
  }),
  "flash-overlap": ({ first, second, at, end }) => ({
    what: `${quote(first)} takes flash up to ${hex(end)}, and ${quote(second)} begins at ${hex(at)}`,
    todo: `${NOTHING}; build again, or move one of them in partitions.csv`,
  }),
  "flash-nowhere": ({ name, offset, partitions }) => ({
    what: `${quote(name)} is to be written to ${hex(offset)}, where no partition begins`,
    todo: `${NOTHING}; there are ${partitions.map((p) => `${p.name} at ${hex(p.offset)}`).join(", ") || "none"}`,
  }),
  "flash-no-program": ({ name, path }) => ({
    what: `${quote(name)} is no program for this kind of chip: ${path}`,
    todo: `${NOTHING}; build again`,
  }),
  "flash-other-chip": ({ name, path, found, chip }) => ({
    what: `${quote(name)} is built for the ${found}, and the board has the ${chip}: ${path}`,
    todo: `${NOTHING}; build for this board`,
  }),
  "flash-no-mod": ({ path }) => ({
    what: `${path} is no archive of Moddable's`,
    todo: `${NOTHING}; make it with \`xsnn mod\``,
  }),
  "flash-mod-file": ({ folder, found }) => ({
    what:
      found.length === 0
        ? `${folder} holds no mod, a file that ends in .xsa`
        : `${folder} holds more than one mod: ${found.map(quote).join(", ")}`,
    todo: found.length === 0 ? "make it with `xsnn mod`" : "leave only the one to write there",
  }),
  "flash-no-partition": ({ board, name, known }) => ({
    what: `the build for ${board} has no partition ${name}; it has ${known.join(", ") || "none"}`,
    todo: "write the application's partition table with `xsnn app`, build it and flash it whole",
  }),
  "flash-needs-stub": ({ board }) => ({
    what: `the ROM of ${board} cannot verify what it writes`,
    todo: "leave out --no-stub",
  }),
  "partition-table-malformed": ({ whose, why }) => ({
    what: `${whose} is no partition table that can be read: ${why}`,
    todo: `${NOTHING}; flash the board whole, without --mod and --store, or build again`,
  }),
  "partition-missing": ({ name, whose, known }) => ({
    what: `${whose} has no partition ${name}; it has ${known.map(quote).join(", ")}`,
    todo: `${NOTHING}; flash the board whole, without --mod and --store, or build again`,
  }),
  "partition-elsewhere": ({ name, whose, found, expected }) => ({
    what: `${whose} has partition ${name} at ${hex(found.offset)} with ${found.bytes} bytes, and flash.json at ${hex(expected.offset)} with ${expected.bytes}`,
    todo: `${NOTHING}; flash the board whole, without --mod and --store, or build again`,
  }),
  "partition-type": ({ name, whose, found, expected }) => ({
    what: `${whose} has partition ${name} with type ${hex(found.type)} and subtype ${hex(found.subtype)}, and flash.json with ${expected.type} and ${expected.subtype}`,
    todo: `${NOTHING}; flash the board whole, without --mod and --store, or build again`,
  }),
  "flash-interrupted": ({ state }) => ({
    what: "interrupted",
    todo: again(state),
  }),
  "flash-lost": ({ path, state }) => ({
    what: `the board at ${path} is gone: unplugged, or reset by itself`,
    todo: `${again(state)}; check cable and supply, and flash again`,
  }),
  "flash-silent": ({ path, said, state }) => ({
    what: `the board at ${path} stopped answering (${said.trim().split("\n", 1)[0]})`,
    todo: `${again(state)}; flash again, at a lower rate such as --baud 115200 if it happens again`,
  }),
  "flash-refused": ({ said, state }) => ({
    what: `the board refused a command: ${said.replace(/^Failed to (.*) failed with/, "$1, with")}`,
    todo: `${again(state)}; flash again, with --no-stub or at --baud 115200 if it happens again`,
  }),
  "flash-mismatch": ({ name, found, expected, state }) => ({
    what: `${quote(name)} reads back otherwise than it was written: MD5 ${found} in place of ${expected}`,
    todo: `${again(state)}; flash again; flash that fails always is worn out`,
  }),
  "flash-not-started": ({ path, state }) => ({
    what: `the board at ${path} could not be told to start what was written`,
    todo: `${again(state)}; press its reset button`,
  }),
};
