/** The serial ports of this computer that a board may be at. */
import { readdir, realpath } from "node:fs/promises";
import { SerialPort } from "serialport";

export interface Port {
  readonly path: string;
  /** Who made what is behind it; empty where that is not known. */
  readonly maker: string;
  /** Numbers of USB's vendor and product, where it is at USB. */
  readonly usb?: { readonly vendor: number; readonly product: number };
}

/** What Linux calls ports at USB. */
const USB_NAME = /^tty(USB|ACM)\d+$/;

/** Ports at USB: boards are there, or the converters that boards have. */
export async function usbPorts(): Promise<readonly Port[]> {
  const all = await allPorts();
  return all.filter(({ usb }) => usb).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** What is known of the port at `path`, which may be a link to it, as those in /dev/serial/by-id are. */
export async function portAt(path: string): Promise<Port> {
  const target = await realpath(path).catch(() => path);
  return (await allPorts()).find((port) => port.path === target) ?? { path, maker: "" };
}

async function allPorts(): Promise<readonly Port[]> {
  // On Linux this asks udev, which containers do not have; names tell enough there.
  const listed = await SerialPort.list().catch(() => undefined);
  if (!listed) return namedPorts();
  return listed.map(({ path, manufacturer = "", vendorId, productId }) => {
    const [vendor, product] = [vendorId, productId].map((digits) => Number.parseInt(digits ?? "", 16));
    return {
      path,
      maker: manufacturer,
      ...(!Number.isNaN(vendor) && !Number.isNaN(product) && { usb: { vendor, product } }),
    };
  });
}

async function namedPorts(): Promise<readonly Port[]> {
  const names = await readdir("/dev").catch(() => []);
  return names
    .filter((name) => USB_NAME.test(name))
    .map((name) => ({ path: `/dev/${name}`, maker: "", usb: { vendor: 0, product: 0 } }));
}
