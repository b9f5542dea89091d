/** Which lane holds which output channel: such that bytes come out in order at the end. */

export interface Layout {
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
  /** Bytes from a channel to the next of the same row, in the output: so many rows there are. */
  readonly rows: number;
  /** Parts of the output that are packed apart: 2 where channels are no whole bytes apart, but every second is. */
  readonly halves: 1 | 2;
}

export function layoutOf(channels: number, bits: number, inputs: 1 | 2): Layout {
  const stride = bits * inputs;
  const halves = stride % 8 === 0 ? 1 : 2;
  const rows = (stride * halves) / 8;
  const row = Math.ceil(Math.ceil(channels / halves) / rows);
  return { bits, inputs, channels, stride, base: bits * (inputs - 1), row, rows, halves };
}

/**
 * The position of a channel among the others. The output is made of rows: as the byte k · rows + j, channel k of row j is
 * where the row ends up when it is shifted down to the first one, less j bytes.
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

/** A byte, so many times. */
export function bytesOf(byte: number, times: number): bigint {
  return combine(new Array<bigint>(times).fill(BigInt(byte)), 8);
}
