/** What a model store costs on a board, counted like snippets: each piece twice, and the difference taken. */
import type { Engine, Machine } from "../../../boards/engine.js";
import type { RuntimeSources } from "../../emit/runtime-files.js";
import { repeated, runLayers, type Snippet } from "../calibrate/snippets.js";

export interface StoreCount {
  readonly what: string;
  readonly instructions: number;
}

/** Bytes of weights that the table is about. */
export const WEIGHTS_BYTES = 300 * 1024;

/** Room for a partition in RAM, and for all garbage: what collections take depends on the application. */
const MACHINE: Machine = { chunkBytes: 64 * 2 ** 20, slots: 8192, stackSlots: 1024 };

const IMPORTS = new Map([
  ["store/memory-partition", ["MemoryPartition"]],
  ["store/store", ["ModelStore"]],
  ["store/sha256", ["Sha256"]],
  ["store/ed25519", ["verifySignature"]],
  ["store/header", ["MAGIC"]],
]);

/** A partition that holds a model in each slot, made by hand: `open()` looks at header and marks alone. */
const partition = (bytes: number, isConfirmed: boolean) => `
  const structure = { hash: [11, 22, 33, 44, 55, 66, 77, 88], weightsBytes: ${bytes} };
  const half = ${bytes + 8192};
  const partition = new MemoryPartition(2 * half);
  for (let slot = 0; slot < 2; slot++) {
    const words = new Int32Array(partition.map(), slot * half, 64);
    words[0] = MAGIC;
    words[1] = 7 + slot;
    for (let i = 0; i < 8; i++) words[2 + i] = structure.hash[i];
    words[48] = 0;
    ${isConfirmed ? "words[49] = 0;" : ""}
  }
  const options = { partition, structure, publicKey: "${"00".repeat(32)}", tries: 8 };
  const store = new ModelStore(options);`;

/** The first vector of RFC 8032 with a message as long as what a header has signed. */
const signature = `
  const key = new Uint8Array(32), message = new Uint8Array(96), signature = new Uint8Array(64);
  const hex = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
  for (let i = 0; i < 32; i++) key[i] = Number.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
  for (let i = 0; i < 64; i++) signature[i] = i < 63 ? 37 * i + 1 : 5;`;

interface Piece extends Snippet {
  readonly what: string;
  /** How often it runs in the longer of the two layers; in the shorter once. */
  readonly times: number;
}

const PIECES: readonly Piece[] = [
  {
    what: "`new ModelStore()`",
    setup: partition(WEIGHTS_BYTES, true),
    body: "new ModelStore(options);",
    times: 5,
  },
  {
    what: "`open()`, 300 KB of weights",
    setup: partition(WEIGHTS_BYTES, true),
    body: "store.open();",
    times: 5,
  },
  {
    what: "`open()`, 3 MB of weights",
    setup: partition(10 * WEIGHTS_BYTES, true),
    body: "store.open();",
    times: 5,
  },
  {
    what: "`open()` on trial, without the flash's time",
    setup: partition(WEIGHTS_BYTES, false),
    body: "store.open();",
    times: 3,
  },
  {
    what: "Ed25519, a header's signature",
    setup: signature,
    body: "verifySignature(key, message, signature);",
    times: 2,
  },
  {
    what: "SHA-256, 300 KB",
    setup: `const sha = new Sha256(); const bytes = new Uint8Array(${WEIGHTS_BYTES}); let seed = 1;
  for (let i = 0; i < bytes.length; i += 4) { seed = (seed * 69069 + 5) & 0xffffff; bytes[i] = seed >> 9; bytes[i + 1] = seed; }`,
    body: "sha.update(bytes);",
    times: 2,
  },
];

/** Counts every piece, or those that are named. */
export async function countStore(
  engine: Engine,
  sources: RuntimeSources,
  wanted: (what: string) => boolean = () => true,
): Promise<StoreCount[]> {
  const pieces = PIECES.filter(({ what }) => wanted(what));
  const layers = pieces.flatMap((piece) =>
    [1, piece.times].map((times) => repeated({ ...piece, imports: IMPORTS }, times)),
  );
  const { layers: counts } = await runLayers(engine, sources, layers, MACHINE);
  const own = counts.map(({ instructions, inCollections }) => instructions - inCollections);
  return pieces.map(({ what, times }, i) => ({
    what,
    instructions: Math.round((own[2 * i + 1] - own[2 * i]) / (times - 1)),
  }));
}
