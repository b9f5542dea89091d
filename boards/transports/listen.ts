/** Listens at an address of any kind. */
import { refuse } from "../../codegen/problems/problem.js";
import type { Address } from "./address.js";
import type { LineEvents, Listener } from "./lines.js";
import { listenSocket } from "./socket.js";
import { listenUdp } from "./udp.js";

/** @throws Refusal `listen-failed`, or `port-*` for a serial port */
export async function listen(address: Address, events: LineEvents): Promise<Listener> {
  if (address.kind === "serial") {
    // Whoever has no serial port need not have the package either.
    const { listenSerial } = await import("./serial.js");
    return listenSerial(address.path, address.baud, events);
  }
  try {
    if (address.kind === "udp") return await listenUdp(address.port, address.host, events);
    return await listenSocket(
      address.kind === "unix"
        ? { path: address.path }
        : { port: address.port, ...(address.host && { host: address.host }) },
      events,
    );
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    const where =
      address.kind === "unix"
        ? address.path
        : `${address.kind} port ${address.port}${address.host ? ` of ${address.host}` : ""}`;
    return refuse("listen-failed", { where, code, said: message });
  }
}
