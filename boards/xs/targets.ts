/** The machines that XS and its host are compiled for. One file says everything that differs between their builds. */
import type { Tool } from "../require-tools.js";

export interface Target {
  readonly name: "linux" | "rv32" | "lx106" | "compiler";
  readonly cc: string;
  /** For every C file of XS and of the host. */
  readonly flags: readonly string[];
  readonly linkFlags: readonly string[];
  /** Folder of `boards/xs/` whose C files are linked in, and the files of its `machines/` that belong here. */
  readonly folder: "host" | "compiler";
  readonly machineFiles: readonly string[];
  /** XS' sources, if not all. */
  readonly only?: ReadonlySet<string>;
  /** Debian's packages; a compiler of one's own is looked for by name. */
  readonly tools: readonly Tool[];
}

/** As a Moddable build for a board has it: no debugger, no parser, CESU-8 strings. */
const xsFlags = [
  "-std=gnu11",
  "-w",
  "-ffunction-sections",
  "-fdata-sections",
  "-fno-common",
  "-DINCLUDE_XSPLATFORM",
  '-DXSPLATFORM="platform.h"',
  "-DmxCESU8=1",
];
const runFlags = [
  ...xsFlags,
  "-DmxRun=1",
  "-DmxBoundsCheck=1", // without it an overflow of the stack goes unseen
];

/** The host has its own way to find out where an error happened (host/places.c) and to freeze a machine (host/freeze.c). */
const wraps = ["-Wl,--wrap=fxCaptureErrorStack", "-Wl,--wrap=fxShare", "-Wl,--gc-sections"];

/** Bare metal: the ruler. XS unpatched, optimized for size as Moddable builds it for the ESP32-C3. */
const boardFlags = [...runFlags, "-Os"];
const boardLink = ["-nostartfiles", ...wraps];

/** The compiler of this computer. */
function hostCompiler(): string {
  return process.env.CC || "cc";
}

export function linuxTarget(): Target {
  return {
    name: "linux",
    cc: hostCompiler(),
    flags: [...runFlags, "-O2"],
    linkFlags: [...wraps, "-lm"],
    folder: "host",
    machineFiles: ["linux.c"],
    tools: [],
  };
}

const parserSources = [
  "xsBigInt.c",
  "xsCode.c",
  "xsCommon.c",
  "xsdtoa.c",
  "xsLexical.c",
  "xsre.c",
  "xsScope.c",
  "xsScript.c",
  "xsSourceMap.c",
  "xsSyntaxical.c",
  "xsTree.c",
];

/** XS' compiler of modules to bytecode, a program of this computer. */
export function compilerTarget(): Target {
  return {
    name: "compiler",
    cc: hostCompiler(),
    flags: [...xsFlags, "-O2", "-DmxCompile=1", "-DmxParse=1"],
    linkFlags: ["-lm"],
    folder: "compiler",
    machineFiles: [],
    only: new Set(parserSources),
    tools: [],
  };
}

/** RV32IMC, the ESP32-C3's instruction set. */
export const rv32Target: Target = {
  name: "rv32",
  cc: "riscv64-unknown-elf-gcc",
  flags: [...boardFlags, "--specs=picolibc.specs", "-march=rv32imc", "-mabi=ilp32"],
  linkFlags: boardLink,
  folder: "host",
  machineFiles: ["rv32.c", "rv32.S", "bare.c", "memory.c"],
  tools: [
    { path: "riscv64-unknown-elf-gcc", debian: "gcc-riscv64-unknown-elf" },
    {
      path: "/usr/lib/picolibc/riscv64-unknown-elf/picolibc.specs",
      debian: "picolibc-riscv64-unknown-elf",
    },
  ],
};

/** The ESP8266's core. It has no unaligned loads, and Debian's libgcc for it neither doubles nor division. */
export const lx106Target: Target = {
  name: "lx106",
  cc: "xtensa-lx106-elf-gcc",
  flags: [
    ...boardFlags,
    "--specs=/usr/lib/xtensa-lx106-elf/picolibc.specs",
    "-mlongcalls",
    "-mtext-section-literals",
    "-DmxUnalignedAccess=0",
  ],
  linkFlags: boardLink,
  folder: "host",
  machineFiles: ["lx106.c", "lx106.S", "lx106_libgcc.c", "bare.c", "memory.c"],
  tools: [
    { path: "xtensa-lx106-elf-gcc", debian: "gcc-xtensa-lx106" },
    { path: "/usr/lib/xtensa-lx106-elf/picolibc.specs", debian: "picolibc-xtensa-lx106-elf" },
  ],
};
