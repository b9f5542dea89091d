/** What a round's messages cost on a board, counted like snippets: each piece once and several times, and the difference taken. */
import type { Engine, Machine } from "../../../boards/engine.js";
import type { RuntimeSources } from "../../emit/runtime-files.js";
import { repeated, runLayers } from "../calibrate/snippets.js";

export interface FederatedCount {
  readonly what: string;
  /** Instructions for all parameters. */
  readonly instructions: number;
}

const TIMES = 3;

/** Room for all garbage: what collections take depends on the application. */
const MACHINE: Machine = { chunkBytes: 64 * 2 ** 20, slots: 8192, stackSlots: 1024 };

const IMPORTS = new Map([
  ["lanes", ["fromBytes"]],
  ["pipeline/copy", ["joined"]],
  ["federated/eight-bits", ["MOST_VALUE"]],
  ["federated/gaps", ["packGaps"]],
  ["federated/top-k", ["topIndexes"]],
  ["federated/compression", ["EXACT"]],
  ["federated/entries", ["addEntries"]],
  ["federated/block", ["readBlock"]],
  ["federated/tensors", ["exactDifference", "readTensors"]],
  ["federated/feedback", ["Feedback"]],
  ["federated/average", ["Average"]],
]);

const setup = (parameters: number) => `
  const start = [new Int32Array(${parameters})], now = [new Int32Array(${parameters})], lengths = [${parameters}];
  let seed = 1;
  for (let i = 0; i < ${parameters}; i++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    start[0][i] = seed;
    now[0][i] = (seed + (seed >> 12)) | 0;
  }
  const feedback = new Feedback(lengths), average = new Average(lengths);
  const short = { bits: 8, permille: 1000 }, sparse = { bits: 8, permille: 100 };
  const exactBytes = new Uint8Array(exactDifference(now, start));
  const sparseBytes = new Uint8Array(new Feedback(lengths).compress(now, start, sparse).blocks);
  average.add(readTensors(exactBytes, 0, lengths), 3);`;

const PIECES = [
  ["board: the difference, all, 32 bits", "exactDifference(now, start);"],
  ["board: the difference, all, 8 bits", "feedback.compress(now, start, short);"],
  ["board: the difference, one in ten, 8 bits", "feedback.compress(now, start, sparse);"],
  [
    "board: taking a change, one in ten, 8 bits",
    "addEntries(start[0], readTensors(sparseBytes, 0, lengths)[0]);",
  ],
  ["coordinator: an update, all, 32 bits", "average.add(readTensors(exactBytes, 0, lengths), 1);"],
  ["coordinator: an update, one in ten, 8 bits", "average.add(readTensors(sparseBytes, 0, lengths), 1);"],
  ["coordinator: the mean", "average.mean();"],
] as const;

/** @param parameters of the one tensor */
export async function countFederated(
  engine: Engine,
  sources: RuntimeSources,
  parameters: number,
): Promise<FederatedCount[]> {
  const layers = PIECES.flatMap(([, body]) =>
    [1, TIMES].map((times) => repeated({ setup: setup(parameters), body, imports: IMPORTS }, times)),
  );
  const { layers: counts } = await runLayers(engine, sources, layers, MACHINE);
  const own = counts.map(({ instructions, inCollections }) => instructions - inCollections);
  return PIECES.map(([what], i) => ({
    what,
    instructions: Math.round((own[2 * i + 1] - own[2 * i]) / (TIMES - 1)),
  }));
}
