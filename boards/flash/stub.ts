/** The stub that takes the ROM's place while flashing: it comes with esptool-js, a JSON file for each chip. */
import { createRequire } from "node:module";
import type { ESPLoader } from "esptool-js";

interface StubFile {
  readonly entry: number;
  readonly text: string;
  readonly text_start: number;
  readonly data?: string;
  readonly data_start?: number;
}

const GREETING = "OHAI";

/**
 * Puts the stub of the connected chip into its RAM and starts it. The loader's own `runStub` imports JSON modules, of which
 * Node 20 warns on stderr.
 *
 * @throws Error where it does not start
 */
export async function startStub(loader: ESPLoader): Promise<void> {
  const stub = stubFile(loader.chip.CHIP_NAME);
  await upload(loader, stub.text, stub.text_start);
  if (stub.data && stub.data_start) await upload(loader, stub.data, stub.data_start);
  await loader.memFinish(stub.entry);
  const greeting = new TextDecoder("latin1").decode(await loader.transport.read(loader.DEFAULT_TIMEOUT));
  if (greeting !== GREETING) throw new Error("the flasher's stub did not start");
  loader.IS_STUB = true;
}

function stubFile(chip: string): StubFile {
  const name = chip.toLowerCase().replace("-", "");
  return createRequire(import.meta.url)(`esptool-js/lib/targets/stub_flasher/${name}.json`);
}

async function upload(loader: ESPLoader, base64: string, address: number): Promise<void> {
  const bytes = Buffer.from(base64, "base64");
  const block = loader.ESP_RAM_BLOCK;
  const blocks = Math.ceil(bytes.length / block);
  await loader.memBegin(bytes.length, blocks, block, address);
  for (let i = 0; i < blocks; i++) await loader.memBlock(bytes.subarray(i * block, (i + 1) * block), i);
}
