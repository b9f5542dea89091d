/** The adapters to Moddable's modules `flash` and `crypt`, on stand-ins that refuse what those refuse. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, it } from "vitest";
import type { Partition } from "../../runtime/store/partition.js";
import type { Digest } from "../../runtime/store/sha256.js";
import { send, storeOn, updateTo, weightsOf } from "./tiny-model.js";

/** As modules/files/flash/esp32/flash.c and modules/crypt/digest/modCrypt.c of the SDK take their arguments. */
const STAND_INS = {
  flash: `
const memory = new Uint8Array(8 * 4096).fill(255);
export default class Flash {
  constructor(name) { if (name !== "xsnn") throw new Error("can't find partition"); }
  get byteLength() { return memory.length; }
  get blockSize() { return 4096; }
  map() { return memory.buffer; }
  erase(sector) {
    if (sector < 0 || sector >= 8) throw new Error("erase failed");
    memory.fill(255, 4096 * sector, 4096 * (sector + 1));
  }
  write(offset, byteLength, buffer) {
    if (byteLength <= 0 || buffer.byteLength < byteLength) throw new Error("invalid");
    if (offset < 0 || offset + byteLength > memory.length) throw new Error("write failed");
    const bytes = new Uint8Array(buffer.buffer ?? buffer, buffer.byteOffset ?? 0, byteLength);
    for (let i = 0; i < byteLength; i++) memory[offset + i] &= bytes[i];
  }
}`,
  crypt: `
import { createHash } from "node:crypto";
export class Digest {
  constructor(type) {
    if (type !== "SHA256") throw new Error("crypt: unsupported digest");
    this.hash = createHash("sha256");
  }
  write(data) { this.hash.update(data); }
  close() { const { buffer, byteOffset } = this.hash.digest(); return buffer.slice(byteOffset, byteOffset + 32); }
}`,
};

const folder = mkdtempSync(join(tmpdir(), "xsnn-moddable-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The adapter's own text, beside modules of the SDK's names. */
async function adapter(name: string): Promise<Record<string, new (...args: string[]) => unknown>> {
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const [module, text] of Object.entries(STAND_INS)) {
    const path = join(folder, "node_modules", module);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "package.json"), '{ "type": "module", "main": "./index.js" }');
    writeFileSync(join(path, "index.js"), text);
  }
  const copy = join(folder, `${name}.mjs`);
  writeFileSync(copy, readFileSync(`runtime/hosts/moddable/${name}.js`));
  return import(/* @vite-ignore */ pathToFileURL(copy).href);
}

it("a store works through them", async () => {
  const { FlashPartition } = await adapter("partition");
  const { HostSha256 } = await adapter("digest");
  const partition = new FlashPartition("xsnn") as Partition;
  const newDigest = () => new HostSha256() as Digest;
  const store = storeOn(partition, { newDigest });
  expect(store.open()).toBe(undefined);
  send(store, updateTo(5), 77);
  expect(Buffer.compare(storeOn(partition).open()!, weightsOf(5))).toBe(0);
  store.open();
  expect(store.verify()).toBe(true);
  expect(() => new FlashPartition("other")).toThrow("can't find partition");
});

it("the store's manifest lists every module of it, and preloads all but the adapters", () => {
  const { modules, preload } = JSON.parse(readFileSync("runtime/store/manifest.json", "utf8"));
  for (const paths of Object.values<string | string[]>(modules))
    for (const path of [paths].flat()) expect(() => readFileSync(join("runtime/store", path))).not.toThrow();
  const own = Object.keys(modules).filter((name) => name.startsWith("xsnn/store/"));
  expect(preload).toEqual(own);
});
