/** Values of the options of `xsnn prune`, checked. */
import { InvalidArgumentError } from "commander";
import type { Amount } from "../../compress/prune/amount.js";

/** `lanes`, or N of M neighbours. */
export type Pattern = "lanes" | { readonly n: number; readonly m: number };

/** An amount as PyTorch has it: `0.5` is a part, `50%` as well, and `12` a count. */
export function amount(text: string): Amount {
  const value = Number(text.replace(/%$/, ""));
  if (!/^-?(\d+\.?\d*|\.\d+)(e-?\d+)?%?$/i.test(text) || !Number.isFinite(value))
    throw new InvalidArgumentError(
      "It must be a fraction such as 0.5, a percentage such as 50%, or a count.",
    );
  if (text.endsWith("%")) return { fraction: value / 100 };
  return /^-?\d+$/.test(text) ? { count: value } : { fraction: value };
}

export function pattern(text: string): Pattern {
  if (text === "lanes") return text;
  const parts = /^(\d+):(\d+)$/.exec(text);
  if (!parts) throw new InvalidArgumentError("It must be lanes, or N:M such as 2:4.");
  return { n: Number(parts[1]), m: Number(parts[2]) };
}

/** The n of an Ln norm. */
export function normOf(text: string): number {
  const value = /^-?inf(inity)?$/i.test(text)
    ? Number(`${text[0] === "-" ? "-" : ""}Infinity`)
    : Number(text);
  if (text.trim() === "" || Number.isNaN(value))
    throw new InvalidArgumentError("It must be a number, inf or -inf.");
  return value;
}

/** Adds one to a list. */
export function another(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
