/** Values of options, checked. */
import { InvalidArgumentError, Option } from "commander";
import type { Machine } from "../../boards/engine.js";
import type { PlanOptions } from "../plan/options.js";
import { type TrainFlags, trainOptions } from "./training/options.js";

/** Parses an integer of at least `least` and at most `most`. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^-?\d+$/.test(text) || value > most || value < least)
      throw new InvalidArgumentError(
        `It must be an integer of at least ${least}${most < Number.MAX_SAFE_INTEGER ? ` and at most ${most}` : ""}.`,
      );
    return value;
  };
}

/** `--machine`, for commands that run models. */
export function machineOption(): Option {
  return new Option(
    "--machine <chunk,slots,stack>",
    "memory of the XS machine: bytes of chunk heap, slots, slots of stack (default: like a small board's)",
  ).argParser((text): Machine => {
    const parts = text.split(",").map(integer(1));
    if (parts.length !== 3)
      throw new InvalidArgumentError("It must be three integers, such as 131072,6144,512.");
    const [chunkBytes, slots, stackSlots] = parts;
    return { chunkBytes, slots, stackSlots };
  });
}

/** `--engine`, for commands that run models. */
export function engineOption(what: string, byDefault: string): Option {
  return new Option("-e, --engine <name>", `${what}: node, xs, qemu-rv32 or qemu-lx106`).default(byDefault);
}

/** `--install`, for commands that emulate boards. */
export function installOption(): Option {
  return new Option(
    "--install",
    "install what emulation needs and is missing (QEMU, compilers), with apt-get, as root or by sudo",
  );
}

/** `--board`, for commands that run models: it says which engine and which machine. */
export function boardOption(): Option {
  return new Option(
    "-b, --board <name>",
    "the board to run on, emulated: a name that `xsnn boards` lists, or the path of a description, a .json file",
  ).conflicts(["engine", "machine"]);
}

/** What commands that compile models take of the planner's options. */
export type PlanFlags = Pick<PlanOptions, "optimize" | "updatable"> & TrainFlags;

/** `--optimize`, for commands that compile models. */
export function optimizeOption(): Option {
  return new Option("--optimize <goal>", "what to make least (default: speed)").choices([
    "speed",
    "size",
    "ram",
  ]);
}

/** `--updatable`, for commands that compile models. */
export function updatableOption(): Option {
  return new Option(
    "--updatable <layers>",
    "layers whose weights weights.bin shall hold, to be replaced there: all, or names with commas between them",
  ).argParser((text): PlanOptions["updatable"] => {
    if (text === "all") return text;
    const layers = text.split(",");
    if (layers.includes(""))
      throw new InvalidArgumentError("It must be all, or names with commas between them.");
    return layers;
  });
}

/** `--hot`, for commands that compile models for a board. */
export function hotOption(): Option {
  return new Option(
    "--hot <bytes>",
    "the most RAM for copies of weights that layers would wait for in flash; needs --board",
  ).argParser(integer(1));
}

/** The planner's options among those of a command. */
export function planOptions({ optimize, updatable, ...training }: PlanFlags): PlanOptions {
  return { ...(optimize && { optimize }), ...(updatable && { updatable }), ...trainOptions(training) };
}
