/** Which lane holds which output channel: such that bytes come out in order at the end. */
import type { ElementBits } from "../element.js";

export interface Layout {
  /** Bits of an output. */
  readonly element: ElementBits;
  /** Bits of a lane. */
  readonly bits: number;
  /** Inputs that are multiplied at once. With two, channels take every second lane; those between hold what is of no use. */
  readonly inputs: 1 | 2;
  readonly channels: number;
  /** Bits from a channel to the next. */
  readonly stride: number;
  /** Bits below the first one. */
  readonly base: number;
  /** Channels of a row; see `bitOf`. */
  readonly row: number;
  /** Outputs from a channel to the next of the same row: so many rows there are. */
  readonly rows: number;
  /** Parts of the output that are packed apart: 2 where channels are no whole outputs apart, but every second is. */
  readonly halves: 1 | 2;
}

/** @param bits such that lanes, or two lanes, are whole outputs */
export function layoutOf(channels: number, bits: number, inputs: 1 | 2, element: ElementBits = 8): Layout {
  const stride = bits * inputs;
  const halves = stride % element === 0 ? 1 : 2;
  const rows = (stride * halves) / element;
  const row = Math.ceil(Math.ceil(channels / halves) / rows);
  return { element, bits, inputs, channels, stride, base: bits * (inputs - 1), row, rows, halves };
}

/**
 * The position of a channel among the others. The output is made of rows: as the output k · rows + j, channel k of row j is
 * where the row ends up when it is shifted down to the first one, less j outputs.
 */
export function placeOf({ channels, row, rows, halves }: Layout, channel: number): number {
  const half = channel < channels / halves ? 0 : 1;
  const at = channel - half * Math.ceil(channels / halves);
  return ((at % rows) * row + Math.floor(at / rows)) * halves + half;
}

/** Positions of channels, those of no channel included. */
export function places({ row, rows, halves }: Layout): number {
  return row * rows * halves;
}

/** The lowest bit of a channel's lane. */
export function bitOf(layout: Layout, channel: number): number {
  return layout.base + layout.stride * placeOf(layout, channel);
}

/** One number in each channel's lane, as one integer; numbers below 0 borrow from the lane above. */
export function vector(layout: Layout, value: (channel: number) => bigint | number): bigint {
  const values = new Array<bigint>(places(layout)).fill(0n);
  for (let o = 0; o < layout.channels; o++) values[placeOf(layout, o)] = BigInt(value(o));
  return combine(values, layout.stride) << BigInt(layout.base);
}

/** As `vector`, with numbers only in every `groups`-th place, from place `group` on. */
export function groupVector(
  layout: Layout,
  groups: number,
  group: number,
  value: (channel: number) => bigint,
): bigint {
  return vector(layout, (o) => (placeOf(layout, o) % groups === group ? value(o) : 0n));
}

/** Σ values[i] · 2^(stride · i). */
export function combine(values: readonly bigint[], stride: number): bigint {
  if (values.length === 1) return values[0];
  const half = values.length >> 1;
  const low = combine(values.slice(0, half), stride);
  return low + (combine(values.slice(half), stride) << BigInt(stride * half));
}

/** An input or output, so many times side by side. */
export function sideBySide(value: bigint, times: number, element: ElementBits): bigint {
  return combine(new Array<bigint>(times).fill(value), element);
}
