/** What building, flashing and emulating need on this computer: whether it is there, and how to get it. */
import { access, constants, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Platform } from "./platform.js";
import { findSdk, findTypeScript, firstLine, onPath } from "./sdk.js";

export interface Check {
  readonly name: string;
  /** What was found, in a few words; absent where it is missing. */
  readonly found?: string;
  /** What cannot be done without it. */
  readonly needed: string;
  /** Whether the board cannot do without it. */
  readonly isRequired: boolean;
  readonly howToGet: string;
}

export interface DoctorOptions {
  /** What is to be built for; absent: anything. */
  readonly platform?: Platform;
  readonly env?: NodeJS.ProcessEnv;
  /** Where serial ports are; for tests. */
  readonly devices?: string;
}

const SETUP = "github.com/Moddable-OpenSource/moddable, documentation/Moddable SDK - Getting Started.md";

/** Node's least version, as package.json has it. */
const NODE = [20, 12];

/** All checks, in the order in which they are worth mending. */
export async function examine({
  platform,
  env = process.env,
  devices = "/dev",
}: DoctorOptions): Promise<Check[]> {
  const isChip = platform !== undefined && platform.family !== "lin";
  const isHere = platform?.family === "lin";
  const sdk = await findSdk(env);
  const typescript = await findTypeScript(env);
  const path = (program: string) => onPath(program, env);
  return [
    check("Node", nodeVersion(), "xsnn itself", true, "nodejs.org, 20.12 or later"),
    check(
      "Moddable SDK",
      sdk && `${sdk.version} in ${sdk.folder}`,
      "xsnn build",
      true,
      `clone it and set MODDABLE: ${SETUP}`,
    ),
    check(
      "mcconfig",
      await path("mcconfig"),
      "xsnn build",
      true,
      `build the SDK's tools and put $MODDABLE/build/bin/lin/release on the PATH: ${SETUP}`,
    ),
    check("mcrun", await path("mcrun"), "xsnn mod", false, "it is built with mcconfig"),
    check(
      "TypeScript",
      typescript && `${typescript.version}, ${typescript.path}`,
      "mcconfig compiles with it",
      true,
      "npm install --global typescript@7, so that tsc is on the PATH",
    ),
    check("make", await path("make"), "xsnn build", true, "apt-get install make"),
    check(
      "gcc",
      await path("gcc"),
      "xsnn run --engine xs, xsnn build --board lin",
      isHere,
      "apt-get install gcc",
    ),
    check(
      "GLib",
      await libraryVersion("gio-2.0", env),
      "xsnn build --board lin",
      isHere,
      "apt-get install pkg-config libglib2.0-dev",
    ),
    check(
      "ESP-IDF",
      await folderOf(env.IDF_PATH),
      "images for the ESP32 family",
      platform?.family === "esp32",
      "docs.espressif.com, ESP-IDF: Get Started; then run its export.sh, which sets IDF_PATH",
    ),
    check(
      "ESP8266 SDK",
      await folderOf(env.ESP_BASE),
      "images for the ESP8266",
      platform?.family === "esp",
      "$MODDABLE/documentation/devices/esp8266.md; set ESP_BASE",
    ),
    check(
      "serial ports",
      await serialPorts(devices),
      "xsnn flash, xsnn monitor",
      false,
      await serialAdvice(devices, isChip),
    ),
    check(
      "QEMU",
      await firstOf(["qemu-system-riscv32", "qemu-riscv32"], path),
      "xsnn run --board, xsnn bench",
      false,
      "xsnn run --board esp32-c3 --install, or apt-get install qemu-system-misc qemu-user",
    ),
  ];
}

function check(
  name: string,
  found: string | undefined,
  needed: string,
  isRequired: boolean,
  howToGet: string,
): Check {
  return { name, ...(found !== undefined && { found }), needed, isRequired, howToGet };
}

function nodeVersion(): string | undefined {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const isEnough = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  return isEnough ? process.versions.node : undefined;
}

function libraryVersion(library: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return firstLine("pkg-config", ["--modversion", library], env);
}

async function folderOf(path: string | undefined): Promise<string | undefined> {
  const isFolder = path && (await stat(path).catch(() => undefined))?.isDirectory();
  return isFolder ? path : undefined;
}

async function firstOf(
  programs: readonly string[],
  find: (program: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  for (const program of programs) {
    const found = await find(program);
    if (found !== undefined) return found;
  }
  return undefined;
}

async function portsIn(devices: string): Promise<string[]> {
  const names = await readdir(devices).catch((): string[] => []);
  return names.filter((name) => /^(ttyUSB|ttyACM|cu\.(usb|SLAB))/.test(name)).sort();
}

/** Ports that this user may open. */
async function serialPorts(devices: string): Promise<string | undefined> {
  const open: string[] = [];
  for (const name of await portsIn(devices)) {
    const mode = constants.R_OK | constants.W_OK;
    if (
      await access(join(devices, name), mode).then(
        () => true,
        () => false,
      )
    )
      open.push(join(devices, name));
  }
  return open.length > 0 ? open.join(", ") : undefined;
}

async function serialAdvice(devices: string, isChip: boolean): Promise<string> {
  const ports = await portsIn(devices);
  if (ports.length === 0)
    return isChip ? "plug the board in, with a cable that carries data" : "plug a board in";
  return `${ports.join(", ")} may not be opened: sudo usermod -aG dialout $USER, then log in again`;
}
