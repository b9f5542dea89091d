/**
 * A chain of boards that start anew now and then, on faulty lines, from a seed. The first has a sensor, all of them a stage, the
 * last one writes down the results. All of it, clock included, follows from the seed.
 */
import { type Faults, LineEnd } from "../../boards/chain/line.js";
import { Random } from "../../boards/chain/random.js";
import { Results, Sensor } from "../../runtime/pipeline/ends.js";
import type { Failure } from "../../runtime/pipeline/failed.js";
import { modelWords } from "../../runtime/pipeline/layout.js";
import { Link } from "../../runtime/pipeline/link.js";
import { Stage } from "../../runtime/pipeline/stage.js";
import { TrainingStage } from "../../runtime/pipeline/training-stage.js";
import { gradientBytes } from "../../runtime/pipeline/training-words.js";
import type { TrainableNetwork } from "../../runtime/training/trainable-network.js";
import { Attacker } from "./attacker.js";
import { type Chain, MODEL } from "./chain.js";

export const DEADLINE = 4000;
/** Milliseconds after which all boards are on that come back. */
export const LAST_START = 2200;
const RETRY = 20;
/** 921,600 baud. */
const LINE = { bytesPerMs: 92, queueBytes: 600, delay: 2 };
/** Milliseconds that an idle chain is left alone. */
const IDLE = 8;

/** What lasts when a board starts anew: its ends of the lines. */
interface Board {
  readonly before: LineEnd | undefined;
  readonly after: LineEnd | undefined;
  stage: Stage | TrainingStage | undefined;
  /** Off, or computing a tile, until then. */
  offUntil: number;
  busyUntil: number;
}

export interface Schedule {
  readonly seed: number;
  readonly boards: number;
  /** Of a message: those that boards compute on, and those that they pass on. */
  readonly bytes: number;
  readonly passing: number;
  readonly messages: number;
  readonly faults: Faults;
  /** How often boards start anew, and one that goes off for good, and when, if any. */
  readonly reboots: number;
  readonly dead: { readonly board: number; readonly at: number } | undefined;
  /** Whether boards share a key, and how often in a turn of the clock somebody meddles with each line. */
  readonly isKeyed?: boolean;
  readonly attacks?: number;
}

export function schedule(seed: number): Schedule {
  const random = new Random(seed);
  const boards = 2 + random.below(2);
  const some = (most: number) => (random.chance(0.5) ? (random.below(1000) / 1000) * most : 0);
  return {
    seed,
    boards,
    bytes: 1 + random.below(random.chance(0.2) ? 320 : 100),
    passing: random.chance(0.5) ? random.below(80) : 0,
    messages: 4 + random.below(9),
    faults: {
      loss: some(0.3),
      duplication: some(0.2),
      reordering: some(0.2),
      corruption: some(0.15),
      cut: some(0.1),
    },
    reboots: random.chance(0.4) ? 1 + random.below(3) : 0,
    dead: random.chance(0.1) ? { board: random.below(boards), at: random.below(400) } : undefined,
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
  { seed, boards: count, messages, faults, reboots, dead, isKeyed = false, attacks = 0 }: Schedule,
  chain: Chain,
  limit = 120_000,
): Outcome {
  const random = new Random(seed + 0x5eed);
  const lines = Array.from({ length: count - 1 }, () => LineEnd.pair(random.bits(), { ...LINE, faults }));
  const attackers = attacks > 0 ? lines.map((ends) => new Attacker(ends, random)) : [];
  const key = Uint8Array.from({ length: 32 }, (_, i) => 7 * i + seed);
  const outputs: Uint8Array[] = [];
  const model = modelWords(MODEL);
  const boards = Array.from({ length: count }, (_, i): Board => {
    const [before, after] = [lines[i - 1]?.[1], lines[i]?.[0]];
    return { before, after, stage: undefined, offUntil: random.below(50), busyUntil: 0 };
  });
  const times = Array.from({ length: reboots }, () => ({
    at: random.below(600),
    board: boards[random.below(count)],
    off: random.chance(0.3) ? 0 : random.below(1500),
  }));

  const link = (transport: LineEnd, longest: number) =>
    new Link({
      transport,
      model,
      random: random.bits,
      longest,
      payloadBytes: 64,
      outbox: 3,
      inbox: 2,
      window: 6,
      retry: RETRY,
      deadline: DEADLINE,
      ...(isKeyed && { key }),
    });
  const result = (number: number, bytes: Uint8Array) => {
    if (number !== outputs.length) throw new Error(`message ${number} is out of order`);
    outputs.push(bytes);
  };
  const start = (board: Board, i: number) => {
    const layout = chain.layouts[i];
    const { before, after } = board;
    const gradients = gradientBytes(layout.training?.received ?? []);
    const parts = {
      layout,
      from: before
        ? link(before, layout.incoming.bytes)
        : new Sensor((n) => (n < messages ? chain.input(n) : undefined)),
      to: after ? link(after, gradients) : new Results(result, outputs.length),
    };
    const network = chain.network(i);
    board.stage = layout.training
      ? new TrainingStage({ ...parts, network: network as TrainableNetwork })
      : new Stage({ ...parts, network });
  };
  const stop = (board: Board) => {
    for (const end of [board.before, board.after]) if (end) end.onBytes = undefined;
    board.stage = undefined;
  };

  let now = 0;
  while (now < limit) {
    for (const attacker of attackers) if (random.chance(attacks)) attacker.act();
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
    let isIdle = true;
    for (const [i, board] of boards.entries()) {
      if (now < board.offUntil || now < board.busyUntil) continue;
      if (!board.stage) start(board, i);
      if (!board.stage!.poll(now)) continue;
      board.busyUntil = now + random.below(4);
      isIdle = false;
    }
    const isLearning = boards.some(({ stage }) => stage instanceof TrainingStage && !stage.isSettled);
    const isDone = outputs.length === messages && !isLearning;
    if (isDone || boards.some(({ stage }) => stage?.failure)) break;
    // Where nothing happens before, the clock goes on to what comes next.
    const soonest = isIdle ? Math.min(...lines.flat().map((end) => end.nextArrival), now + IDLE) : now;
    now = Math.max(now + 1 + random.below(4), Math.ceil(soonest));
  }
  const failures = boards.map(({ stage }) => stage?.failure).filter((failure) => failure !== undefined);
  return { outputs, failures, time: now };
}
