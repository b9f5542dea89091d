/** Values of the options of `xsnn compress`, checked. */
import { InvalidArgumentError } from "commander";
import type { Budget } from "../../compress/search/budget.js";

const FIGURES: Readonly<Record<string, keyof Budget>> = {
  flash: "flashBytes",
  ram: "ramBytes",
  ms: "milliseconds",
};
const UNITS = { "": 1, K: 1024, M: 1024 ** 2 } as const;

/** `flash=300K,ram=90000,ms=50`: bytes, K and M of 1024, and milliseconds an inference. */
export function budget(text: string): Budget {
  const parts = text.split(",").map((part) => {
    const [, name, number, unit] = /^(flash|ram|ms)=(\d+(?:\.\d+)?)([KM]?)$/.exec(part) ?? [];
    const value = Number(number) * UNITS[unit as keyof typeof UNITS];
    if (!name || !(value > 0) || (name === "ms" && unit !== ""))
      throw new InvalidArgumentError("It must be like flash=300K,ram=90000,ms=50, or some of these.");
    return [FIGURES[name], value] as const;
  });
  if (new Set(parts.map(([name]) => name)).size < parts.length)
    throw new InvalidArgumentError("It has a figure twice.");
  return Object.fromEntries(parts);
}

/** A part of all, such as 0.2. */
export function part(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError("It must be between 0 and 1.");
  return value;
}

/** A number above 0. */
export function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError("It must be a number above 0.");
  return value;
}
