/** The emulated machines: how QEMU is started for each of them. */
import type { Tool } from "../require-tools.js";
import { lx106Target, rv32Target, type Target } from "../xs/targets.js";

export interface QemuMachine {
  readonly engine: string;
  readonly about: string;
  readonly target: Target;
  readonly qemu: string;
  readonly tools: readonly Tool[];
  /** Processor, memory and clock. */
  readonly args: readonly string[];
  /** Where frames go. */
  readonly frames: readonly string[];
  readonly reportFrom: 1 | 3;
  /** Where the linker script of `boards/xs/host/machines/` has the image. */
  readonly imageAddress: number;
}

const semihosting = "enable=on,target=native";

/** An instruction takes a nanosecond of virtual time; instret counts them. */
export const rv32Machine: QemuMachine = {
  engine: "qemu-rv32",
  about: "Moddable XS on an emulated RV32IMC processor (the ESP32-C3's instruction set); counts instructions",
  target: rv32Target,
  qemu: "qemu-system-riscv32",
  tools: [{ path: "qemu-system-riscv32", debian: "qemu-system-misc" }],
  args: ["-M", "virt", "-cpu", "rv32,a=off,f=off,d=off", "-m", "256M", "-bios", "none", "-icount", "shift=0"],
  frames: ["-chardev", "stdio,id=frames", "-semihosting-config", `${semihosting},chardev=frames`],
  reportFrom: 1,
  imageAddress: 0x80400000,
};

/** An instruction takes 128 ns of virtual time, 5.12 cycles of the core's 40 MHz. */
export const lx106Machine: QemuMachine = {
  engine: "qemu-lx106",
  about: "Moddable XS on an emulated Xtensa LX106 (the ESP8266's core); counts instructions",
  target: lx106Target,
  qemu: "qemu-system-xtensa",
  tools: [{ path: "qemu-system-xtensa", debian: "qemu-system-misc" }],
  args: ["-M", "sim", "-cpu", "lx106", "-m", "128M", "-icount", "shift=7"],
  frames: ["-semihosting-config", semihosting],
  reportFrom: 3,
  imageAddress: 0x50400000,
};
