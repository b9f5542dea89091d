/** What is checked without a board: flash.json, images, partition tables. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boards } from "../../boards/board.js";
import { applicationWrites } from "../../boards/flash/application-writes.js";
import { loaderChip } from "../../boards/flash/chips.js";
import type { FlashFile } from "../../boards/flash/flash-file.js";
import { pack } from "../../boards/flash/packed.js";
import { parseFlashFile } from "../../boards/flash/parse-flash-file.js";
import { parsePartitionTable, requirePartition } from "../../boards/flash/partition-table.js";
import { modWrite, storeWrites } from "../../boards/flash/update-writes.js";
import { formatAll } from "../../codegen/problems/format.js";
import { Refusal } from "../../codegen/problems/problem.js";
import { problemsOf } from "../support/problems.js";
import { type Build, build, PARTITIONS, program, tableBytes } from "./build.js";

const refused = (attempt: () => unknown) =>
  formatAll(
    problemsOf(() => {
      attempt();
      return [];
    }),
  ).join("\n");

describe("flash.json", () => {
  const parse = (document: unknown) => parseFlashFile(Buffer.from(JSON.stringify(document)), "flash.json");

  it("is read as it was written", async () => {
    const { file } = await build("esp32-c3");
    expect(parse(file)).toEqual(file);
  });

  it.each([
    ["no JSON", "{", /is not JSON \[flash-file-malformed\]/],
    ["a list", "[]", /the whole is a list/],
    ["another format", '{"format":2}', /format is 2, and must be an integer from 1 to 1/],
  ])("%s", (_, text, expected) => {
    expect(refused(() => parseFlashFile(Buffer.from(text), "flash.json"))).toMatch(expected);
  });

  it.each([
    ["leads out of its folder", { file: "../../etc/passwd" }, /images\[0\]\.file is "\.\.\/\.\.\/etc/],
    ["has a negative offset", { offset: -4096 }, /images\[0\]\.offset is -4096/],
    ["has a name that steers the terminal", { name: "\u001b[2J" }, /images\[0\]\.name is "\\u001b\[2J"/],
    ["has a field too many", { run: "rm" }, /images\[0\]\.run is given, and must be absent/],
  ])("an image that %s", async (_, change, expected) => {
    const { file } = await build("esp32-c3");
    const images = [{ ...file.images[0], ...change }, ...file.images.slice(1)];
    expect(refused(() => parse({ ...file, images }))).toMatch(expected);
  });

  it("too many images", async () => {
    const { file } = await build("esp32-c3");
    expect(refused(() => parse({ ...file, images: Array(17).fill(file.images[0]) }))).toMatch(
      /images is a list of 17, and must be a list of at most 16/,
    );
  });
});

describe("images", () => {
  const write = ({ board, file, images }: Build) => applicationWrites(board, file, images);
  const changed = async (index: number, change: object) => {
    const made = await build("esp32-c3");
    const images = made.images.map((image, i) => (i === index ? { ...image, ...change } : image));
    return refused(() => write({ ...made, images }));
  };

  it("fit", async () => {
    expect(write(await build("esp32-s3")).map(({ name, room }) => [name, room.bytes])).toEqual([
      ["bootloader", 0x8000],
      ["partition table", 0x1000],
      ["application", 0x300000],
    ]);
    expect(write(await build("esp32"))[0].offset).toBe(0x1000);
  });

  it.each([
    [
      "larger than its partition",
      2,
      { bytes: program(0x300001, 5) },
      /1 more than partition factory: .*\[flash-too-large\]/,
    ],
    ["larger than the room before the table", 0, { bytes: program(0x8001, 5) }, /\[flash-too-large\]/],
    [
      "for another chip",
      2,
      { bytes: program(5000, 9) },
      /built for the ESP32-S3, and the board has the ESP32-C3/,
    ],
    ["for a chip without a name", 2, { bytes: program(5000, 99) }, /built for the chip number 99/],
    ["no program", 2, { bytes: new Uint8Array(100) }, /\[flash-no-program\]/],
    ["empty", 2, { bytes: new Uint8Array() }, /\[flash-empty\]/],
    ["where nothing begins", 2, { offset: 0x20000 }, /where no partition begins \[flash-nowhere\]/],
    ["over another", 2, { offset: 0, bytes: program(5000, 5) }, /\[flash-overlap\]/],
    ["a table that is none", 1, { bytes: new Uint8Array(0xc00) }, /row 0 does not begin like one/],
    ["a table of another build", 1, { bytes: tableBytes(PARTITIONS.slice(0, 3)) }, /has no partition xsnn/],
  ])("%s", async (_, index, change, expected) => {
    expect(await changed(index, change)).toMatch(expected);
  });

  it("beyond the end of flash", async () => {
    const made = await build("esp32-c3");
    const beyond = { name: "late", type: "app", subtype: "ota_0", offset: 0x3ff000, bytes: 0x10000 };
    const file: FlashFile = { ...made.file, partitions: [...PARTITIONS, beyond] };
    const images = [{ ...made.images[2], offset: 0x3ff000 }];
    expect(refused(() => write({ ...made, file, images }))).toMatch(/\[flash-beyond-end\]/);
  });

  it("none", async () => {
    expect(refused(() => write({ ...({} as Build), images: [] }))).toMatch(/\[flash-nothing\]/);
  });
});

describe("mods and models", () => {
  const mod = { path: "a.xsa", bytes: Buffer.from("\0\0\0\x10XS_A-and-more", "latin1") };

  it("go to their partitions", async () => {
    const { board, file } = await build("esp32-c3");
    expect(modWrite(board, file, mod)).toMatchObject({ offset: 0x310000, room: { bytes: 0x40000 } });
    const model = { path: "model", bytes: new Uint8Array(0x10000) };
    expect(storeWrites(board, file, model)).toMatchObject([
      { offset: 0x350000, room: { bytes: 0x10000 } },
      { offset: 0x360000, bytes: new Uint8Array(4096).fill(255) },
    ]);
    const larger = { path: "model", bytes: new Uint8Array(0x10001) };
    expect(refused(() => storeWrites(board, file, larger))).toMatch(/1 more than slot 1 of partition xsnn/);
  });

  it("are refused where they are none, or there is no partition", async () => {
    const { board, file } = await build("esp32-c3");
    expect(refused(() => modWrite(board, file, { ...mod, bytes: new Uint8Array(9) }))).toMatch(
      /\[flash-no-mod\]/,
    );
    const without = { ...file, partitions: PARTITIONS.slice(0, 2) };
    expect(refused(() => modWrite(board, without, mod))).toMatch(/has no partition xs; it has nvs, factory/);
  });
});

describe("partition tables", () => {
  it("are read back", () => {
    const rows = parsePartitionTable(tableBytes(), "it");
    expect(rows.map(({ name, offset, bytes }) => ({ name, offset, bytes }))).toEqual(
      PARTITIONS.map(({ name, offset, bytes }) => ({ name, offset, bytes })),
    );
    for (const partition of PARTITIONS) requirePartition(rows, partition, "it");
    const other = { ...PARTITIONS[3], subtype: "0x42" };
    expect(refused(() => requirePartition(rows, other, "it"))).toMatch(
      /type 0x1 and subtype 0x41, .*data and 0x42/,
    );
  });

  it("of any bytes are read or refused", () => {
    const table = tableBytes();
    const spoiled = fc.tuple(fc.nat(0xbff), fc.nat(255)).map(([at, byte]) => {
      const bytes = table.slice();
      bytes[at] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), spoiled), (bytes) => {
        try {
          parsePartitionTable(bytes, "it");
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
        }
      }),
    );
  });
});

it("blocks put an image together again", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 5000 }),
      fc.integer({ min: 16, max: 999 }),
      (image, size) => {
        const blocks = pack(image, size);
        expect(blocks.reduce((sum, { imageBytes }) => sum + imageBytes, 0)).toBe(image.length);
        expect(blocks.slice(0, -1).every(({ bytes }) => bytes.length === size)).toBe(true);
      },
    ),
  );
});

type Rom = new () => { readonly CHIP_NAME: string; readonly IMAGE_CHIP_ID?: number };

it("every board with a chip has a loader, and the numbers are esptool-js's", async () => {
  const require = createRequire(import.meta.url);
  for (const board of await boards()) {
    if (board.kind !== "chip") continue;
    const { name, imageId } = loaderChip(board);
    const file = require.resolve(`esptool-js/lib/targets/${name.toLowerCase().replace("-", "")}.js`);
    const [rom] = Object.values<Rom>(await import(pathToFileURL(file).href));
    const { CHIP_NAME, IMAGE_CHIP_ID } = new rom();
    expect([name, imageId]).toEqual([CHIP_NAME, name === "ESP8266" ? null : IMAGE_CHIP_ID]);
  }
});
