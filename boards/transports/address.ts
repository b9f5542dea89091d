/** Addresses of lines as people write them. */

export type Address =
  | { readonly kind: "tcp" | "udp"; readonly host?: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string }
  | { readonly kind: "serial"; readonly path: string; readonly baud: number };

/** How an address may look. */
export const ADDRESS_FORMS =
  "tcp:PORT, tcp:HOST:PORT, udp:PORT, udp:HOST:PORT, serial:PATH, serial:PATH:BAUD or unix:PATH";

const DEFAULT_BAUD = 921_600;

/** @returns undefined for what is none */
export function parseAddress(text: string): Address | undefined {
  const network = /^(tcp|udp):(?:([^:]+|\[[0-9a-f:.]+\]):)?(\d{1,5})$/i.exec(text);
  if (network) {
    const [, kind, host, digits] = network;
    const port = Number(digits);
    if (port > 65_535) return undefined;
    return { kind: kind.toLowerCase() as "tcp" | "udp", ...(host && { host }), port };
  }
  const serial = /^serial:(.+?)(?::(\d{3,8}))?$/.exec(text);
  if (serial) return { kind: "serial", path: serial[1], baud: Number(serial[2] ?? DEFAULT_BAUD) };
  const unix = /^unix:(.+)$/.exec(text);
  return unix ? { kind: "unix", path: unix[1] } : undefined;
}
