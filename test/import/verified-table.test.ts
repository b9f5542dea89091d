/** Damage below the level of the schema: offsets, vtables, lengths and bombs. */
import { describe, expect, test } from "vitest";
import { FlatFile, type VerifiedTable } from "../../codegen/import/tflite/verified-table.js";
import type { Code } from "../../codegen/problems/problem.js";
import { problemsOf } from "../support/problems.js";
import { type Fields, flatFile, int8, int32, int32s, int64s, table, tables, text } from "./flat.js";

const VALUES = 0;
const NAME = 1;
const CHILD = 2;
const CHILDREN = 3;
const FLAG = 4;
const NUMBER = 5;

const sample = (): Uint8Array =>
  flatFile(
    {
      [VALUES]: int32s([1, -2, 3]),
      [NAME]: text("näme"),
      [CHILD]: table({ [FLAG]: int8(-7) }),
      [CHILDREN]: tables([{ [NUMBER]: int32(1) }, { [NUMBER]: int32(2) }]),
      [FLAG]: int8(1),
      [NUMBER]: int32(-5),
    },
    "TEST",
  );

function readAll(bytes: Uint8Array) {
  const root = new FlatFile(bytes).root();
  return {
    values: root.int32s(VALUES),
    name: root.string(NAME),
    child: root.table(CHILD)?.int8(FLAG),
    children: root.tables(CHILDREN).map((child) => child.int32(NUMBER)),
    flag: root.bool(FLAG),
    number: root.int32(NUMBER),
    absent: [
      root.int32(9, 42),
      root.int32s(9),
      root.string(9),
      root.table(9),
      root.tables(9),
      root.uint64(9),
    ],
  };
}

function codes(bytes: Uint8Array, read: (bytes: Uint8Array) => unknown = readAll): Code[] {
  return problemsOf(() => {
    read(bytes);
    return [];
  }).map(({ code }) => code);
}

/** Where things are in a file, by the format's own rules and without checks. */
class Layout {
  readonly view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get root(): number {
    return this.view.getUint32(0, true);
  }

  get vtable(): number {
    return this.root - this.view.getInt32(this.root, true);
  }

  field(slot: number): number {
    return this.root + this.view.getUint16(this.vtable + 4 + 2 * slot, true);
  }

  target(slot: number): number {
    return this.field(slot) + this.view.getUint32(this.field(slot), true);
  }

  setUint16(at: number, value: number): Uint8Array {
    this.view.setUint16(at, value, true);
    return this.bytes;
  }

  setUint32(at: number, value: number): Uint8Array {
    this.view.setUint32(at, value, true);
    return this.bytes;
  }
}

test("an undamaged file is read", () => {
  expect(readAll(sample())).toEqual({
    values: [1, -2, 3],
    name: "näme",
    child: -7,
    children: [1, 2],
    flag: true,
    number: -5,
    absent: [42, undefined, undefined, undefined, [], 0n],
  });
});

test("a file inside a larger buffer is read, and nothing around it", () => {
  const bytes = sample();
  const larger = new Uint8Array(bytes.length + 64).fill(255);
  larger.set(bytes, 32);
  expect(readAll(larger.subarray(32, 32 + bytes.length))).toEqual(readAll(bytes));
});

test("every truncation is refused", () => {
  const bytes = sample();
  // What ends the file is the vtable of the first table written or padding after a list; both may be cut unnoticed.
  const lengths = Array.from({ length: bytes.length }, (_, length) => length);
  const unnoticed = lengths.filter((length) => codes(bytes.subarray(0, length)).length === 0);
  for (const length of unnoticed) expect(readAll(bytes.subarray(0, length))).toEqual(readAll(bytes));
  expect(unnoticed.length).toBeLessThan(8);
  expect(codes(bytes.subarray(0, 0))).toEqual(["file-truncated"]);
  expect(codes(bytes.subarray(0, 7))).toEqual(["file-truncated"]);
});

const damages: [string, Code, (layout: Layout) => Uint8Array][] = [
  ["a root offset of 0, which leads to itself", "offset-cyclic", (it) => it.setUint32(0, 0)],
  ["an offset of 0", "offset-cyclic", (it) => it.setUint32(it.field(CHILD), 0)],
  [
    "an offset that wraps around to its table",
    "offset-cyclic",
    (it) => it.setUint32(it.field(CHILD), 2 ** 32 - (it.field(CHILD) - it.root)),
  ],
  ["a root offset past the end", "offset-range", (it) => it.setUint32(0, 4096)],
  ["an offset past the end", "offset-range", (it) => it.setUint32(it.field(VALUES), 2 ** 31 - 4)],
  ["an element's offset past the end", "offset-range", (it) => it.setUint32(it.target(CHILDREN) + 4, 65_536)],
  ["a root table between alignments", "offset-alignment", (it) => it.setUint32(0, it.root + 1)],
  [
    "a list between alignments",
    "offset-alignment",
    (it) => it.setUint32(it.field(VALUES), it.target(VALUES) - it.field(VALUES) + 2),
  ],
  ["a list longer than the file", "file-truncated", (it) => it.setUint32(it.target(VALUES), 1000)],
  ["a list of 2^32 − 1 elements", "file-truncated", (it) => it.setUint32(it.target(VALUES), 2 ** 32 - 1)],
  ["a list of 2^32 − 1 tables", "file-truncated", (it) => it.setUint32(it.target(CHILDREN), 2 ** 32 - 1)],
  ["a text longer than the file", "file-truncated", (it) => it.setUint32(it.target(NAME), 1000)],
  ["a text that is not UTF-8", "string-encoding", (it) => it.setUint32(it.target(NAME) + 4, 0xffffffff)],
  ["a vtable before the file", "offset-range", (it) => it.setUint32(it.root, 4096)],
  ["a vtable after the file", "offset-range", (it) => it.setUint32(it.root, 2 ** 32 - 4096)],
  ["a vtable at an odd byte", "offset-alignment", (it) => it.setUint32(it.root, it.root - it.vtable + 1)],
  ["a vtable shorter than its header", "vtable", (it) => it.setUint16(it.vtable, 2)],
  ["a vtable of odd length", "vtable", (it) => it.setUint16(it.vtable, 5)],
  ["a vtable longer than the file", "file-truncated", (it) => it.setUint16(it.vtable, 65_534)],
  ["a table shorter than its header", "vtable", (it) => it.setUint16(it.vtable + 2, 3)],
  ["a table longer than the file", "file-truncated", (it) => it.setUint16(it.vtable + 2, 65_535)],
  ["a field outside its table", "vtable", (it) => it.setUint16(it.vtable + 4 + 2 * NUMBER, 65_532)],
  ["a field over its table's header", "vtable", (it) => it.setUint16(it.vtable + 4 + 2 * FLAG, 2)],
  ["a number between alignments", "offset-alignment", (it) => it.setUint16(it.vtable + 4 + 2 * NUMBER, 6)],
];

describe("damage", () => {
  test.each(damages)("%s is refused", (_, code, damage) => {
    expect(codes(damage(new Layout(sample())))).toEqual([code]);
  });
});

describe("bombs", () => {
  test("tables nested too deep are refused", () => {
    const nested = (depth: number): Fields => (depth === 0 ? {} : { [CHILD]: table(nested(depth - 1)) });
    const walk = (bytes: Uint8Array) => {
      let at: VerifiedTable | undefined = new FlatFile(bytes).root();
      while (at) at = at.table(CHILD);
    };
    expect(codes(flatFile(nested(16), "TEST"), walk)).toEqual([]);
    expect(codes(flatFile(nested(17), "TEST"), walk)).toEqual(["too-deep"]);
  });

  test("one table listed again and again is refused", () => {
    const offsets = new Layout(flatFile({ [CHILDREN]: int32s(Array(100_001).fill(0)) }, "TEST"));
    const list = offsets.target(CHILDREN);
    // Every element leads to the root table's copy at the end of the file.
    const bytes = new Uint8Array(offsets.bytes.length + 8);
    bytes.set(offsets.bytes);
    const end = offsets.bytes.length;
    const layout = new Layout(bytes);
    layout.view.setInt32(end, 4 - 8, true);
    layout.setUint16(end + 4, 4);
    layout.setUint16(end + 6, 4);
    for (let i = 0; i < 100_001; i++) layout.setUint32(list + 4 + 4 * i, end - (list + 4 + 4 * i));
    expect(codes(bytes, (it) => new FlatFile(it).root().tables(CHILDREN))).toEqual(["too-many-tables"]);
  });

  test("one list read again and again is refused", () => {
    const root = new FlatFile(flatFile({ [VALUES]: int64s(Array(20_000).fill(7)) }, "TEST")).root();
    const readAgain = () => {
      for (let i = 0; i < 20; i++) root.int64s(VALUES);
    };
    expect(codes(new Uint8Array(), readAgain)).toEqual(["too-much-data"]);
  });
});
