import type { SerialLine } from "../../../boards/flash/line.js";
import type { Port } from "../../../boards/flash/ports.js";
import { refuse } from "../../problems/problem.js";
import { requirePackages } from "./packages.js";

/**
 * The port of a name, not yet open. One that is not named is never taken, not even the only one: the board at it may be
 * another than the one that is meant.
 *
 * @param command to which a port is to be added, for the message
 * @throws Refusal `port-needed`, which lists the ports, or `flash-packages`
 */
export async function namedPort(
  path: string | undefined,
  command: string,
): Promise<{ readonly port: Port; readonly line: SerialLine }> {
  requirePackages();
  const { portAt, usbPorts } = await import("../../../boards/flash/ports.js");
  if (path === undefined) return refuse("port-needed", { command, ports: await usbPorts() });
  const { SerialLine } = await import("../../../boards/flash/line.js");
  return { port: await portAt(path), line: new SerialLine(path) };
}
