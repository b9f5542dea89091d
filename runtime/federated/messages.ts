/** Messages between a coordinator and its boards: little-endian words, and tensors behind them where there are any. */
import { joined } from "../pipeline/copy.js";
import type { Compression } from "./compression.js";
import type { Entries } from "./entries.js";
import { readTensors } from "./tensors.js";

/** Raised when messages change. */
export const PROTOCOL = 2;

/** From a board: who it is, and what it has. */
export const JOIN = 1;
/** From a board: what a round's training came to. */
export const UPDATE = 2;
/** To a board: to say JOIN. */
export const ASK = 3;
/** To a board: parameters to train from. */
export const ROUND = 4;
/** To a board: the parameters that all rounds came to. */
export const END = 5;
/** To a board: it cannot take part. */
export const REFUSED = 6;

/** The first word: what a message is, and the protocol. */
function head(kind: number): number {
  return kind | (PROTOCOL << 8);
}

/** No round: that of a board without parameters, and of parameters that are whole. */
export const NO_ROUND = -1;

export interface Join {
  /** Tells boards apart, also when they start anew: any 32 bits, such as the last of a MAC address. */
  readonly id: number;
  /** Whose parameters it has, of which round; `NO_ROUND` without any. */
  readonly run: number;
  readonly holds: number;
  /** Elements of each tensor. */
  readonly lengths: readonly number[];
}

export interface Update {
  /** Whose it is: a line that was lost may bring it before its board has joined again. */
  readonly id: number;
  readonly run: number;
  readonly round: number;
  readonly samples: number;
  readonly tensors: readonly Entries[];
}

/** What comes before the tensors of ROUND and END. */
export interface Opening {
  /** Names the coordinator's life: one that starts anew counts rounds from 0 again. */
  readonly run: number;
  readonly round: number;
  /** The round to whose parameters these are to be added; `NO_ROUND` where they are whole. */
  readonly base: number;
  /** What updates are to be like. */
  readonly compression: Compression;
  readonly mostSamples: number;
}

function message(words: readonly number[], tensors = new ArrayBuffer(0)): Uint8Array {
  return new Uint8Array(joined(Int32Array.from(words).buffer, tensors));
}

export function joinMessage({ id, run, holds, lengths }: Join): Uint8Array {
  return message([head(JOIN), id, run, holds, ...lengths]);
}

export function updateMessage(
  { id, run, round, samples }: Omit<Update, "tensors">,
  tensors: ArrayBuffer,
): Uint8Array {
  return message([head(UPDATE), id, run, round, samples], tensors);
}

export function askMessage(): Uint8Array {
  return message([head(ASK)]);
}

export function openingMessage(
  kind: typeof ROUND | typeof END,
  { run, round, base, compression, mostSamples }: Opening,
  tensors: ArrayBuffer,
): Uint8Array {
  const { bits, permille } = compression;
  return message([head(kind), run, round, base, bits, permille, mostSamples], tensors);
}

/** @param lengths that the coordinator has */
export function refusedMessage(lengths: readonly number[]): Uint8Array {
  return message([head(REFUSED), ...lengths]);
}

/** What a message is; undefined for less than a word. */
export function kindOf(bytes: Uint8Array): { readonly kind: number; readonly protocol: number } | undefined {
  const words = wordsOf(bytes, 1);
  return words && { kind: words[0] & 255, protocol: words[0] >>> 8 };
}

/** The first words of a message; undefined where it is shorter. */
function wordsOf(bytes: Uint8Array, count: number): Int32Array | undefined {
  return bytes.length < 4 * count ? undefined : new Int32Array(bytes.buffer, bytes.byteOffset, count);
}

/** @returns undefined for what is no such message, as for those below */
export function readJoin(bytes: Uint8Array): Join | undefined {
  const words = wordsOf(bytes, bytes.length >> 2);
  if (!words || words.length < 4 || bytes.length % 4 !== 0) return undefined;
  return { id: words[1], run: words[2], holds: words[3], lengths: Array.from(words.subarray(4)) };
}

export function readRefused(bytes: Uint8Array): number[] | undefined {
  const words = wordsOf(bytes, bytes.length >> 2);
  return words && Array.from(words.subarray(1));
}

export function readUpdate(bytes: Uint8Array, lengths: readonly number[]): Update | undefined {
  const words = wordsOf(bytes, UPDATE_WORDS);
  const tensors = words && readTensors(bytes, 4 * UPDATE_WORDS, lengths);
  return tensors && { id: words[1], run: words[2], round: words[3], samples: words[4], tensors };
}

/** Words before the tensors of an update and of an opening. */
const UPDATE_WORDS = 5;
const OPENING_WORDS = 7;

export function readOpening(
  bytes: Uint8Array,
  lengths: readonly number[],
): (Opening & { readonly tensors: readonly Entries[] }) | undefined {
  const words = wordsOf(bytes, OPENING_WORDS);
  if (!words) return undefined;
  const bits = words[4];
  const permille = words[5];
  const mostSamples = words[6];
  if ((bits !== 8 && bits !== 32) || permille < 1 || permille > 1000 || mostSamples < 1) return undefined;
  const tensors = readTensors(bytes, 4 * OPENING_WORDS, lengths);
  if (!tensors) return undefined;
  const compression = { bits, permille } as const;
  return { run: words[1], round: words[2], base: words[3], compression, mostSamples, tensors };
}
