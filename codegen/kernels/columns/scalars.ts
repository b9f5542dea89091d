/** Inputs as BigInt factors: four or two lie in a word of the arena, and one factor takes one or two of them. */
import type { Layout } from "./layout.js";

/** One factor: x[low] + x[high] · 2^bits, where x is an input of the word plus its offset. */
export interface Scalar {
  /** In terms of the word `v`. */
  readonly text: string;
  /** Input of the word. */
  readonly low: number;
  readonly high?: number;
  /** Operators in the text. */
  readonly operators: number;
}

export interface Scalars {
  /** What the word is XORed with, if anything: it makes unsigned bytes of signed ones. */
  readonly flip?: number;
  readonly scalars: readonly Scalar[];
  /** What each input of the word stands for beyond the input's value: 128 where its sign was flipped. */
  readonly offsets: readonly number[];
}

const FLIP_ALL = 0x80808080 | 0;

/** One input at a time. */
const SINGLE: Scalars = {
  flip: FLIP_ALL,
  offsets: [128, 128, 128, 128],
  scalars: [
    { text: "v & 255", low: 0, operators: 1 },
    { text: "(v >> 8) & 255", low: 1, operators: 2 },
    { text: "(v >> 16) & 255", low: 2, operators: 2 },
    { text: "v >>> 24", low: 3, operators: 1 },
  ],
};

/** One of int16 at a time, with its sign: a product may be negative. */
const HALVES: Scalars = {
  offsets: [0, 0],
  scalars: [
    { text: "(v << 16) >> 16", low: 0, operators: 2 },
    { text: "v >> 16", low: 1, operators: 1 },
  ],
};

/** Two at a time, by the bits of a lane. 24 bits leave the upper one 8 of an int32: there it keeps its sign. */
const PAIRS: Readonly<Record<number, Scalars>> = {
  20: {
    flip: FLIP_ALL,
    offsets: [128, 128, 128, 128],
    scalars: [
      { text: "(v & 255) | ((v << 12) & 0xff00000)", low: 0, high: 1, operators: 4 },
      { text: "((v >> 16) & 255) | ((v >>> 4) & 0xff00000)", low: 2, high: 3, operators: 5 },
    ],
  },
  24: {
    flip: 0x00008080,
    offsets: [128, 128, 0, 0],
    scalars: [
      { text: "v & -0xffff01", low: 0, high: 3, operators: 1 },
      { text: "((v >> 8) & 255) | ((v << 8) & -0x1000000)", low: 1, high: 2, operators: 5 },
    ],
  },
};

/** @returns undefined where no factor of one word holds two inputs at that distance */
export function scalarsOf({ element, bits, inputs }: Layout): Scalars | undefined {
  if (element === 16) return inputs === 1 ? HALVES : undefined;
  return inputs === 1 ? SINGLE : PAIRS[bits];
}
