import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { listen } from "../../../boards/transports/listen.js";
import type { Transport } from "../../../runtime/pipeline/transport.js";
import { Pty } from "../../flash/board/pty.js";

async function until(isTrue: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !isTrue(); await sleep(5))
    if (performance.now() > end) throw new Error("it did not come to that");
}

it("carries bytes both ways over a serial port, and tells when it is gone", async () => {
  const pty = await Pty.open();
  const lines: Transport[] = [];
  const gone: Transport[] = [];
  const listener = await listen(
    { kind: "serial", path: pty.path, baud: 115_200 },
    { onLine: (line) => lines.push(line), onGone: (line) => gone.push(line) },
  );
  try {
    expect(listener.address).toBe(`serial:${pty.path}:115200`);
    const [line] = lines;
    const taken = { here: 0, there: 0 };
    line.onBytes = (bytes) => {
      taken.here += bytes.length;
    };
    pty.onData = (bytes) => {
      taken.there += bytes.length;
    };
    const before = line.writable;
    line.write(new Uint8Array(3000).fill(17));
    expect(line.writable).toBe(before - 3000);
    pty.write(new Uint8Array(2000).fill(19));
    await until(() => taken.here === 2000 && taken.there === 3000);
    await until(() => line.writable === before);
    await pty.hangUp();
    await until(() => gone.length === 1);
    expect(gone[0]).toBe(line);
    expect(line.writable).toBe(0);
  } finally {
    await listener.close();
    await pty.hangUp();
  }
});
