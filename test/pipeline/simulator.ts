/**
 * A chain of boards that start anew now and then, on faulty lines, from a seed. A source makes messages, stages compute on
 * them, a sink writes them down. All of it, clock included, follows from the seed.
 */
import type { Failure } from "../../runtime/pipeline/failed.js";
import { Link } from "../../runtime/pipeline/link.js";
import { Random } from "./random.js";
import { type Faults, WireEnd } from "./wire.js";

export const MODEL = [1, 2, 3, 4, 5, 6, 7, 8] as const;
export const DEADLINE = 4000;
/** Milliseconds after which all boards are on that come back. */
export const LAST_START = 2200;
const RETRY = 20;
const LONGEST = 400;

/** The n-th input, the same each time it is asked for. */
export function input(n: number): Uint8Array {
  const random = new Random(n + 77);
  return Uint8Array.from({ length: n % 7 === 3 ? 0 : random.below(LONGEST + 1) }, random.bits);
}

/** What a stage makes of a message. */
function computed(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => (5 * byte + i + 1) & 255);
}

/** What one board makes of the n-th input. */
export function expectedOutput(n: number, stages: number): Uint8Array {
  let bytes = input(n);
  for (let i = 0; i < stages; i++) bytes = computed(bytes);
  return bytes;
}

/** What lasts when a board starts anew: its ends of the lines, and what the sink wrote. */
interface Board {
  readonly before: WireEnd | undefined;
  readonly after: WireEnd | undefined;
  from: Link | undefined;
  to: Link | undefined;
  /** A message that is computed on: done at a time. */
  work: { readonly number: number; readonly output: Uint8Array; readonly until: number } | undefined;
  next: number;
  /** Off until then. */
  offUntil: number;
}

export interface Schedule {
  readonly seed: number;
  readonly stages: number;
  readonly messages: number;
  readonly faults: Faults;
  /** How often boards start anew, and one that goes off for good, and when, if any. */
  readonly reboots: number;
  readonly dead: { readonly board: number; readonly at: number } | undefined;
}

export function schedule(seed: number): Schedule {
  const random = new Random(seed);
  const stages = 1 + random.below(2);
  const some = (most: number) => (random.chance(0.5) ? (random.below(1000) / 1000) * most : 0);
  return {
    seed,
    stages,
    messages: 4 + random.below(9),
    faults: {
      loss: some(0.3),
      duplication: some(0.2),
      reordering: some(0.2),
      corruption: some(0.15),
      cut: some(0.1),
    },
    reboots: random.chance(0.4) ? 1 + random.below(3) : 0,
    dead: random.chance(0.1) ? { board: random.below(stages + 2), at: random.below(400) } : undefined,
  };
}

export interface Outcome {
  readonly outputs: readonly Uint8Array[];
  readonly failures: readonly Failure[];
  /** Milliseconds of the simulation. */
  readonly time: number;
}

/** @param limit milliseconds after which a simulation that has not come to an end is given up */
export function simulate(
  { seed, stages, messages, faults, reboots, dead }: Schedule,
  limit = 120_000,
): Outcome {
  const random = new Random(seed + 0x5eed);
  const lines = Array.from({ length: stages + 1 }, () => WireEnd.pair(random, faults));
  const outputs: Uint8Array[] = [];
  const boards = Array.from({ length: stages + 2 }, (_, i): Board => {
    const before = lines[i - 1]?.[1];
    const after = lines[i]?.[0];
    const offUntil = random.below(50);
    return { before, after, from: undefined, to: undefined, work: undefined, next: -1, offUntil };
  });
  const times = Array.from({ length: reboots }, () => ({
    at: random.below(600),
    board: boards[random.below(boards.length)],
    off: random.chance(0.3) ? 0 : random.below(1500),
  }));
  const isDone = () => outputs.length === messages;

  const start = (board: Board) => {
    const link = (transport: WireEnd, expected: number) =>
      new Link({
        transport,
        model: MODEL,
        random: random.bits,
        longest: LONGEST,
        payloadBytes: 64,
        outbox: 3,
        inbox: 2,
        window: 6,
        expected,
        retry: RETRY,
        deadline: DEADLINE,
      });
    board.from = board.before && link(board.before, board.after ? -1 : outputs.length);
    board.to = board.after && link(board.after, -1);
    board.work = undefined;
    board.next = -1;
  };

  const stop = (board: Board) => {
    for (const end of [board.before, board.after]) if (end) end.onBytes = undefined;
    board.from = board.to = undefined;
  };

  const run = (board: Board, now: number) => {
    const { from, to } = board;
    if (!from && to?.isJoined) {
      // The source: goes on where its successor has not done with what was sent.
      if (board.next < 0) board.next = Math.max(0, to.released);
      while (board.next < messages && to.send(board.next, input(board.next))) board.next++;
    }
    if (from && to) {
      if (!board.work) {
        const received = from.take();
        if (received)
          board.work = {
            number: received.number,
            output: computed(received.bytes),
            until: now + random.below(12),
          };
      }
      if (board.work && now >= board.work.until && to.send(board.work.number, board.work.output))
        board.work = undefined;
      if (to.released >= 0) from.release(to.released);
    }
    if (from && !to) {
      for (let received = from.take(); received; received = from.take()) {
        if (received.number !== outputs.length) throw new Error(`message ${received.number} is out of order`);
        outputs.push(received.bytes);
      }
      from.release(outputs.length);
    }
    from?.tick(now);
    to?.tick(now);
  };

  let now = 0;
  for (; now < limit; now += 1 + random.below(4)) {
    for (const [one, other] of lines) {
      one.advance(now);
      other.advance(now);
    }
    for (const time of times)
      if (now >= time.at) {
        stop(time.board);
        time.board.offUntil = Math.max(time.board.offUntil, now + time.off);
        time.at = Number.POSITIVE_INFINITY;
      }
    if (dead && now >= dead.at) {
      stop(boards[dead.board]);
      boards[dead.board].offUntil = Number.POSITIVE_INFINITY;
    }
    for (const board of boards) {
      if (now < board.offUntil) continue;
      if (!board.from && !board.to) start(board);
      run(board, now);
    }
    if (isDone()) break;
    const links = boards.flatMap(({ from, to }) => [from, to]).filter((link) => link !== undefined);
    if (links.some(({ failure }) => failure)) break;
  }
  const failures = boards.flatMap(({ from, to }) => [from?.failure, to?.failure]);
  return { outputs, failures: failures.filter((failure) => failure !== undefined), time: now };
}
