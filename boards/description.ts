/** What is known of a board: the schema of the files in `descriptions/`, and of those that users give. */
import type { Creation } from "../codegen/plan/creation.js";
import { figure } from "./figure.js";
import { type Accepted, integer, isRecord, nullable, oneOf, record, type Schema, text } from "./schema.js";

const GIGABYTE = 2 ** 30;

const bytes = figure(0, GIGABYTE);
const name = text(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, "lower case letters, digits and dashes, such as esp32-c3");
const title = text(/\S/, "a text");

/** As in a Moddable manifest. */
const creation: Schema<Creation> = record({
  static: integer(0, GIGABYTE),
  chunk: record({ initial: integer(1, GIGABYTE), incremental: integer(0, GIGABYTE) }),
  heap: record({ initial: integer(1, GIGABYTE), incremental: integer(0, GIGABYTE) }),
  stack: integer(1, 65536),
});

const chipBoard = record({
  kind: oneOf("chip"),
  name,
  /** The board or chip as its maker calls it. */
  title,
  chip: title,
  isa: oneOf("rv32imc", "rv32imac", "lx106", "lx6", "lx7"),
  cores: figure(1, 64),
  clockMegahertz: figure(1, 10_000),
  /** Bits of the floating-point unit's numbers; 0 without one. */
  fpuBits: figure(0, 64),
  sramBytes: bytes,
  psramBytes: bytes,
  flash: record({
    bytes,
    /** The most that the bus carries, without commands and addresses. */
    bytesPerSecond: figure(1, 1e10),
    /** The cache through which code and constants in flash are read. */
    cacheBytes: bytes,
    cacheLineBytes: figure(1, 4096),
    /** Where the flasher writes; null where there is none. */
    bootloaderOffset: nullable(bytes),
    partitionTableOffset: nullable(bytes),
    appOffset: bytes,
    /** The most that the application may take, firmware included. */
    appBytes: bytes,
    /** XS, the modules of Moddable and the vendor's SDK, which share that with the model. */
    firmwareBytes: bytes,
  }),
  moddable: record({
    /** What `mcconfig -p` takes. */
    platform: text(/^esp(32)?\/\w+$/, "a platform of Moddable such as esp32/esp32c3 or esp/nodemcu"),
    /** The machine that an application gets which asks for none. */
    creation,
    /** Where that is written down. */
    source: title,
  }),
  memory: record({
    /** Free heap of a program that does nothing, in bytes. */
    freeBytes: bytes,
    /** The same with Wi-Fi connected; null where the chip has none. */
    freeWifiBytes: nullable(bytes),
    /** The largest block that can be allocated at once. */
    largestBlockBytes: bytes,
    /** What Moddable takes of the free heap beside the machine's own heaps: tasks, keys, buffers. */
    systemBytes: bytes,
  }),
  power: record({
    volts: figure(0.5, 24),
    /** CPU running, radio off. */
    activeMilliamps: figure(0.001, 10_000),
    /** Asleep with all RAM kept, until a timer wakes it. */
    sleepMicroamps: figure(0.001, 1e6),
  }),
  speed: record({
    /** Without waiting for flash. */
    cyclesPerInstruction: figure(0.1, 100),
    /** How often a cache line must be fetched from flash. */
    flashMissesPerThousandInstructions: figure(0, 1000),
    /** For chips that are no RISC-V: how many of their instructions make one of those, whose counts stand in. */
    standIn: nullable(record({ isa: oneOf("rv32imc"), instructionRatio: figure(0.01, 100) })),
  }),
});

/** This computer: nothing about it is predicted. */
const hostBoard = record({
  kind: oneOf("host"),
  name,
  title,
  isa: oneOf("x86-64"),
  /** The engine that runs on it. */
  engine: oneOf("node", "xs"),
});

export type ChipBoard = Accepted<typeof chipBoard>;
export type HostBoard = Accepted<typeof hostBoard>;
export type Board = ChipBoard | HostBoard;
export type ChipIsa = ChipBoard["isa"];

/** The description of any board. */
export const board: Schema<Board> = (value, field, report) => {
  if (isRecord(value) && value.kind === "host") return hostBoard(value, field, report);
  const chip = chipBoard(value, field, report);
  if (!chip || chip.isa.startsWith("rv32") || chip.speed.standIn) return chip;
  report("speed.standIn", "null", `an object, since ${chip.isa} is no RISC-V`);
  return undefined;
};
