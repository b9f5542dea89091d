/** The driver's host on Node: the job on descriptor 0, frames on descriptor 3. */
import { readSync, writeSync } from "node:fs";
import type { Host } from "./host.js";
import { frameHeaderBytes, frameKinds } from "./protocol.js";

const input = 0;
const output = 3;

function writeAll(bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length; ) start += writeSync(output, bytes, start);
}

const header = new Int32Array(frameHeaderBytes / 4);

const host: Host = {
  receive(buffer, offset, length) {
    const into = new Uint8Array(buffer, offset, length);
    for (let start = 0; start < length; ) {
      const count = readSync(input, into, start, length - start, null);
      if (count === 0) process.exit(1); // the engine has gone
      start += count;
    }
  },
  send(kind, id, buffer, offset, length) {
    header.set([kind, id, length]);
    writeAll(new Uint8Array(header.buffer));
    writeAll(new Uint8Array(buffer, offset, length));
  },
};

try {
  const main = "./main.js";
  const { default: run } = (await import(main)) as { default(host: Host): void };
  run(host);
} catch (error) {
  const text = (error instanceof Error && error.stack) || String(error);
  const bytes = new TextEncoder().encode(text);
  host.send(frameKinds.exception, 0, bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
