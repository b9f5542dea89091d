/** The module "uart" on Node: the port is descriptor 4. */
import { readSync, writeSync } from "node:fs";
import type { Uart } from "./port.js";

const descriptor = 4;

const uart: Uart = {
  write(buffer, offset, length) {
    const bytes = new Uint8Array(buffer, offset, length);
    for (let start = 0; start < length; ) start += writeSync(descriptor, bytes, start);
  },
  read(buffer, offset, length) {
    const into = new Uint8Array(buffer, offset, length);
    for (let start = 0; start < length; ) {
      const count = readSync(descriptor, into, start, length - start, null);
      if (count === 0) process.exit(1); // the other end has gone
      start += count;
    }
  },
};

export default uart;
