/** What a training is at a step, as bytes: from there it goes on to the same weights. */
import { refuse } from "../../problems/problem.js";

/** Arrays by name. */
export type Arrays = ReadonlyMap<string, Float32Array | Float64Array | Uint8Array>;

export interface Checkpoint {
  /** Of the model, the data and the options: a training goes on only with the same ones. */
  readonly fingerprint: string;
  /** Steps that are done. */
  readonly step: number;
  readonly arrays: Arrays;
}

const FORMAT = "xsnn training";
const VERSION = 1;
const TYPES = { f4: Float32Array, f8: Float64Array, u1: Uint8Array } as const;

interface Stored {
  readonly format: typeof FORMAT;
  readonly version: number;
  readonly fingerprint: string;
  readonly step: number;
  /** Type and little-endian elements in base64. */
  readonly arrays: Readonly<Record<string, readonly [type: keyof typeof TYPES, elements: string]>>;
  /** Of all the rest. */
  readonly checksum: number;
}

/** JSON, as other programs can read it too. */
export function encodeCheckpoint({ fingerprint, step, arrays }: Checkpoint): Uint8Array {
  const entries = [...arrays].map(([name, array]) => [name, [typeOf(array), base64(array)]] as const);
  const content = { fingerprint, step, arrays: Object.fromEntries(entries) };
  const stored: Stored = { format: FORMAT, version: VERSION, ...content, checksum: checksum(content) };
  return new TextEncoder().encode(JSON.stringify(stored));
}

/**
 * @param path for messages
 * @throws Refusal `checkpoint-not-read` for what is no checkpoint, `checkpoint-other` for one of another training
 */
export function decodeCheckpoint(bytes: Uint8Array, fingerprint: string, path: string): Checkpoint {
  const stored = parsed(bytes);
  if (!stored) return refuse("checkpoint-not-read", { path });
  if (stored.fingerprint !== fingerprint) return refuse("checkpoint-other", { path });
  const arrays = new Map(
    Object.entries(stored.arrays).map(([name, [type, text]]) => {
      const data = Uint8Array.from(Buffer.from(text, "base64"));
      return [name, new TYPES[type](data.buffer)] as const;
    }),
  );
  return { fingerprint, step: stored.step, arrays };
}

/** The arrays of a part of a training, under the part's name. */
export function named(part: string, arrays: Arrays): Arrays {
  return new Map([...arrays].map(([name, array]) => [`${part}:${name}`, array]));
}

/** Arrays that do not change with those that they are copied from. */
export function copied(arrays: Arrays): Arrays {
  return new Map([...arrays].map(([name, array]) => [name, array.slice()]));
}

/** The arrays of a part, without its name. */
export function ofPart(part: string, arrays: Arrays): Arrays {
  const prefix = `${part}:`;
  return new Map(
    [...arrays].flatMap(([name, array]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), array] as const] : [],
    ),
  );
}

/** What is stored, if it is all there and as it was written. */
function parsed(bytes: Uint8Array): Stored | undefined {
  let found: Partial<Stored> | null;
  try {
    found = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  const isStored =
    found?.format === FORMAT && found.version === VERSION && found.checksum === checksum(found as Stored);
  return isStored ? (found as Stored) : undefined;
}

/** FNV-1a over what is written. */
function checksum({ fingerprint, step, arrays }: Pick<Stored, "fingerprint" | "step" | "arrays">): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(JSON.stringify([fingerprint, step, arrays])))
    hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

function typeOf(array: Float32Array | Float64Array | Uint8Array): keyof typeof TYPES {
  if (array instanceof Float32Array) return "f4";
  return array instanceof Float64Array ? "f8" : "u1";
}

function base64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("base64");
}
