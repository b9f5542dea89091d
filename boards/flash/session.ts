/** Writes to a board: connects, checks that it is the one that is meant, writes, verifies, and starts what was written. */
import { type Details, Refusal, refuse } from "../../codegen/problems/problem.js";
import type { ChipBoard } from "../description.js";
import { loaderChip } from "./chips.js";
import { Contents } from "./contents.js";
import type { Partition } from "./flash-file.js";
import type { SerialLine } from "./line.js";
import { BoardLoader, ROM_BAUD } from "./loader.js";
import { parsePartitionTable, requirePartition, TABLE_BYTES } from "./partition-table.js";
import type { Port } from "./ports.js";
import { LineTransport } from "./transport.js";
import { type FlashWrite, md5 } from "./write.js";

export interface FlashJob {
  readonly board: ChipBoard;
  readonly writes: readonly FlashWrite[];
  /** Partitions that the board's own table must have. */
  readonly partitions: readonly Partition[];
  readonly line: SerialLine;
  /** What is known of the line's port. */
  readonly port: Port;
  /** Bits a second while writing. */
  readonly baud: number;
  /** Whether to write through a stub, which is faster than the ROM. */
  readonly stub: boolean;
  readonly interrupted?: AbortSignal | undefined;
  readonly onProgress?: (progress: {
    readonly what: string;
    /** Bytes of images. */
    readonly done: number;
    readonly total: number;
  }) => void;
}

/** How often the board is reset and called before it counts as silent. */
const CONNECT_ATTEMPTS = 5;

/**
 * Writes and verifies everything, then starts the application.
 *
 * @throws Refusal that says what is on the board now: `port-*` where the port cannot be had, `chip-*` where the board is not
 * as it must be, `partition-*` where its table is not, and `flash-*` for what goes wrong while it is written to
 */
export async function flashBoard(job: FlashJob): Promise<void> {
  const { line, writes, interrupted } = job;
  const loader = new BoardLoader(new LineTransport(line, job.port, interrupted));
  const contents = new Contents(writes.map(({ name }) => name));
  try {
    await connect(loader, job);
    await prepare(loader, job);
    await writeAll(loader, job, contents);
    await loader.restart();
  } catch (error) {
    throw await refusalOf(error, loader, job, contents);
  } finally {
    await line.close();
  }
}

async function connect(loader: BoardLoader, { line, board, onProgress }: FlashJob): Promise<void> {
  onProgress?.({ what: "connecting", done: 0, total: 1 });
  try {
    await loader.connect("default_reset", CONNECT_ATTEMPTS);
  } catch (error) {
    if (error instanceof Refusal || line.lost) throw error;
    const unknown = /chip (?:ID|magic) value (\S+)/i.exec((error as Error).message)?.[1];
    if (unknown) refuse("chip-unknown", { board: board.name, value: unknown });
    refuse("chip-silent", { path: line.path, hasSignals: line.hasSignals });
  }
}

/** All that is checked and set before anything is written. */
async function prepare(loader: BoardLoader, job: FlashJob): Promise<void> {
  const { board, baud, partitions } = job;
  const { name } = loaderChip(board);
  const found = loader.chip.CHIP_NAME;
  if (found !== name) refuse("chip-wrong", { board: board.name, found, expected: name });
  await requireOpen(loader, job);
  if (job.stub) await loader.useStub();
  if (baud !== ROM_BAUD && !(await loader.useBaudRate(baud))) refuse("chip-baud", { baud });
  const flashBytes = board.flash.bytes.value;
  await loader.attachFlash(flashBytes);
  const flashFound = await loader.flashBytes();
  if (flashFound === 0) refuse("chip-flash-silent", {});
  if (flashFound !== undefined && flashFound < flashBytes)
    refuse("chip-flash-small", { board: board.name, found: flashFound, expected: flashBytes });
  if (partitions.length > 0) await requirePartitions(loader, job);
}

/** Refuses chips whose owner burned fuses so that they run or take only what is signed or encrypted. */
async function requireOpen(loader: BoardLoader, { board }: FlashJob): Promise<void> {
  if (loader.chip.USES_MAGIC_VALUE) return; // they do not tell
  const { parsedFlags, flashCryptCnt } = await loader.getSecurityInfo();
  const encrypts = flashCryptCnt.toString(2).replaceAll("0", "").length % 2 === 1;
  const why = parsedFlags.SECURE_DOWNLOAD_ENABLE
    ? "is in secure download mode"
    : parsedFlags.SECURE_BOOT_EN
      ? "runs signed programs only"
      : encrypts
        ? "encrypts its flash"
        : undefined;
  if (why) refuse("chip-secured", { board: board.name, why });
}

async function requirePartitions(loader: BoardLoader, { board, partitions }: FlashJob): Promise<void> {
  const offset = board.flash.partitionTableOffset?.value;
  if (offset === undefined) return;
  const whose = "the table on the board";
  const rows = parsePartitionTable(await loader.readImage(offset, TABLE_BYTES), whose);
  for (const partition of partitions) requirePartition(rows, partition, whose);
}

async function writeAll(loader: BoardLoader, job: FlashJob, contents: Contents): Promise<void> {
  const images = job.writes.map((write) => ({ ...write, bytes: padded(write.bytes) }));
  const total = images.reduce((sum, { bytes }) => sum + bytes.length, 0);
  let done = 0;
  for (const { name, offset, bytes } of images) {
    contents.set(name, "incomplete");
    await loader.writeImage(bytes, offset, (sent) => {
      done += sent;
      job.onProgress?.({ what: `writing ${name}`, done, total });
    });
    const [found, expected] = [await loader.md5(offset, bytes.length), md5(bytes)];
    contents.set(name, found === expected ? "verified" : "unverified");
    if (found !== expected) refuse("flash-mismatch", { name, found, expected, state: `${contents}` });
  }
}

/** Whole words, as flash is written; the rest stays erased. */
function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(bytes.length / 4) * 4).fill(0xff);
  whole.set(bytes);
  return whole;
}

/** What went wrong, as a refusal. A board that nothing was written to goes on with its application. */
async function refusalOf(
  error: unknown,
  loader: BoardLoader,
  { line, interrupted }: FlashJob,
  contents: Contents,
): Promise<unknown> {
  const state = `${contents}`;
  if (interrupted?.aborted) return refusal("flash-interrupted", { state });
  if (line.lost && !contents.areVerified) return refusal("flash-lost", { path: line.path, state });
  const canRestart = loader.chip !== undefined || line.hasSignals;
  if (contents.areUntouched && canRestart) await loader.restart().catch(() => {});
  if (error instanceof Refusal) return error;
  const { message } = error as Error;
  if (contents.areVerified) return refusal("flash-not-started", { path: line.path, state });
  if (/failed with status/.test(message)) return refusal("flash-refused", { said: message, state });
  return refusal("flash-silent", { path: line.path, said: message, state });
}

function refusal<Code extends keyof Details>(code: Code, details: Details[Code]): Refusal {
  return new Refusal([{ code, place: {}, details } as Refusal["problems"][number]]);
}
