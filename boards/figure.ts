import { isRecord, number, record, type Schema, text } from "./schema.js";

/** A value and how far it may be off. */
export interface Range {
  readonly low: number;
  readonly value: number;
  readonly high: number;
}

/** A number that describes a board, and why it is believed: a source that can be looked up, or an assumption. */
export interface Figure extends Partial<Range> {
  readonly value: number;
  /** Document and table, or file and field. */
  readonly source?: string;
  /** What is assumed and why, where no source gives the number; `low` and `high` are then given. */
  readonly assumption?: string;
}

/** A figure from `least` to `most`. */
export function figure(least: number, most: number): Schema<Figure> {
  const value = number(least, most);
  const words = text(/\S/, "a sentence");
  const schemas = {
    sourced: record({ value, source: words }),
    spread: record({ value, low: value, high: value, source: words }),
    assumed: record({ value, low: value, high: value, assumption: words }),
  };
  return (given, field, report) => {
    if (!isRecord(given)) return schemas.sourced(given, field, report);
    const form = "assumption" in given ? "assumed" : "low" in given || "high" in given ? "spread" : "sourced";
    const accepted: Figure | undefined = schemas[form](given, field, report);
    if (accepted && !isOrdered(accepted)) {
      report(field, `${accepted.low} to ${accepted.high} around ${accepted.value}`, "low ≤ value ≤ high");
      return undefined;
    }
    return accepted;
  };
}

function isOrdered({ value, low = value, high = value }: Figure): boolean {
  return low <= value && value <= high;
}

/** A figure with its ends; one that has none is exact. */
export function rangeOf({ value, low = value, high = value }: Figure): Range {
  return { low, value, high };
}

/** A number that is known exactly. */
export function exactly(value: number): Range {
  return { low: value, value, high: value };
}

export function sum(a: Range, b: Range): Range {
  return { low: a.low + b.low, value: a.value + b.value, high: a.high + b.high };
}

/** The product of ranges of positive numbers. */
export function product(...ranges: readonly Range[]): Range {
  return ranges.reduce(
    (a, b) => ({ low: a.low * b.low, value: a.value * b.value, high: a.high * b.high }),
    exactly(1),
  );
}

/** The quotient of ranges of positive numbers. */
export function quotient(a: Range, b: Range): Range {
  return { low: a.low / b.high, value: a.value / b.value, high: a.high / b.low };
}
