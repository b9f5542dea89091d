/**
 * A coordinator and boards that start anew now and then, on faulty lines, from a seed. Boards "train" in a way that follows from
 * their data, the round and its parameters, so that what rounds must come to can be computed beside them.
 */

import { type Faults, LineEnd } from "../../boards/chain/line.js";
import { Random } from "../../boards/chain/random.js";
import { FederatedBoard } from "../../runtime/federated/board.js";
import { type Compression, EXACT } from "../../runtime/federated/compression.js";
import { Coordinator, type RoundReport } from "../../runtime/federated/coordinator.js";
import { copied, type Trainable } from "../../runtime/federated/trainable.js";

export const MODEL = [8, 7, 6, 5, 4, 3, 2, 1] as const;
const LENGTHS = [37, 5];
const LINK = { model: MODEL, payloadBytes: 64, retry: 20, deadline: 1000, window: 6 };
const ROUND_DEADLINE = 1500;
const LINE = { bytesPerMs: 92, queueBytes: 600, delay: 2 };

/** Parameters that nobody derives anything from. */
class Plain implements Trainable {
  readonly parameters: readonly Int32Array[];

  constructor(parameters: readonly Int32Array[]) {
    this.parameters = copied(parameters);
  }

  refresh(): void {}
}

export function firstParameters(): Int32Array[] {
  const random = new Random(41);
  return LENGTHS.map((length) => Int32Array.from({ length }, random.bits));
}

/** How many samples a board has. */
export function samplesOf(id: number): number {
  return 5 + 4 * id;
}

/** One sample's training: some elements move, depending on what they are. */
export function trainOn(parameters: readonly Int32Array[], id: number, sample: number): void {
  const random = new Random(1000 * id + sample);
  for (const tensor of parameters)
    for (let n = 0; n < 9; n++) {
      const i = random.below(tensor.length);
      tensor[i] += (random.bits() >> 8) + (tensor[i] >> 9);
    }
}

export interface Schedule {
  readonly seed: number;
  readonly boards: number;
  readonly rounds: number;
  readonly minimum: number;
  readonly compression: Compression;
  readonly faults: Faults;
  /** How often somebody starts anew; the coordinator counts as the last board. */
  readonly reboots: number;
  /** Boards that go off for good. */
  readonly dead: readonly { readonly board: number; readonly at: number }[];
}

export function schedule(seed: number): Schedule {
  const random = new Random(seed);
  const some = (most: number) => (random.chance(0.5) ? (random.below(1000) / 1000) * most : 0);
  const boards = 1 + random.below(4);
  const dead = Array.from({ length: boards }, (_, board) => ({ board, at: random.below(700) })).filter(() =>
    random.chance(0.15),
  );
  // Someone is left to go on with.
  if (dead.length === boards) dead.pop();
  return {
    seed,
    boards,
    rounds: 1 + random.below(6),
    minimum: 1 + random.below(boards - dead.length),
    compression: random.chance(0.5)
      ? EXACT
      : { bits: random.chance(0.7) ? 8 : 32, permille: 100 + random.below(901) },
    faults: {
      loss: some(0.3),
      duplication: some(0.2),
      reordering: some(0.2),
      corruption: some(0.15),
      cut: some(0.1),
    },
    reboots: random.chance(0.5) ? 1 + random.below(4) : 0,
    dead,
  };
}

/** A life of the coordinator: what it began with, and each round with what it came to. */
export interface Run {
  readonly start: readonly Int32Array[];
  readonly rounds: { readonly report: RoundReport; readonly parameters: readonly Int32Array[] }[];
}

export interface Outcome {
  readonly runs: readonly Run[];
  /** Each start of a round on a board: with what parameters. */
  readonly starts: {
    readonly run: number;
    readonly round: number;
    readonly parameters: readonly Int32Array[];
  }[];
  /** What boards ended with that heard of the end. */
  readonly ends: readonly { readonly id: number; readonly parameters: readonly Int32Array[] }[];
  readonly isOver: boolean;
  readonly time: number;
}

interface Node {
  life: { readonly poll: (now: number) => void } | undefined;
  offUntil: number;
}

/** @param limit milliseconds after which a simulation that has not come to an end is given up */
export function simulate(plan: Schedule, limit = 120_000): Outcome {
  const { seed, boards: count, rounds, minimum, compression, faults, reboots, dead } = plan;
  const random = new Random(seed + 0xfed);
  const lines = Array.from({ length: count }, () => LineEnd.pair(random.below(2 ** 20), { ...LINE, faults }));
  const runs: Run[] = [];
  const starts: Outcome["starts"] = [];
  // What a coordinator that starts anew has kept: a round's result is written as a whole.
  let stored: readonly Int32Array[] = firstParameters();
  let left = rounds;
  let coordinator: Coordinator | undefined;
  const boards: (FederatedBoard | undefined)[] = lines.map(() => undefined);
  const learners: Plain[] = [];

  const startCoordinator = (): Coordinator => {
    const learner = new Plain(stored);
    const run: Run = { start: copied(stored), rounds: [] };
    runs.push(run);
    const made = new Coordinator({
      ...LINK,
      random: random.bits,
      learner,
      rounds: Math.max(1, left),
      boards: count,
      minimum,
      roundDeadline: ROUND_DEADLINE,
      compression,
      onRound: (report) => {
        run.rounds.push({ report, parameters: copied(learner.parameters) });
        stored = copied(learner.parameters);
        left--;
      },
    });
    for (const [transport] of lines) made.connect(transport);
    return made;
  };

  const startBoard = (id: number): FederatedBoard => {
    const learner = new Plain(LENGTHS.map((length) => new Int32Array(length)));
    learners[id] = learner;
    let sample = 0;
    return new FederatedBoard({
      ...LINK,
      transport: lines[id][1],
      random: random.bits,
      id,
      learner,
      begin: (round) => {
        sample = 0;
        starts.push({ run: runs.length - 1, round, parameters: copied(learner.parameters) });
      },
      train: () => {
        if (sample === samplesOf(id)) return 0;
        trainOn(learner.parameters, id, sample++);
        return 1;
      },
    });
  };

  const nodes = Array.from(
    { length: count + 1 },
    (): Node => ({ life: undefined, offUntil: random.below(200) }),
  );
  const times = Array.from({ length: reboots }, () => ({
    at: random.below(700),
    node: random.below(count + 1),
    off: random.chance(0.3) ? 0 : random.below(2500),
  }));
  const stop = (i: number, until: number) => {
    nodes[i].life = undefined;
    nodes[i].offUntil = Math.max(nodes[i].offUntil, until);
    if (i === count) for (const [end] of lines) end.onBytes = undefined;
    else lines[i][1].onBytes = undefined;
    if (i === count) coordinator = undefined;
    else boards[i] = undefined;
  };
  const start = (i: number) => {
    if (i < count) {
      boards[i] = startBoard(i);
      nodes[i].life = boards[i];
    } else {
      coordinator = startCoordinator();
      nodes[i].life = coordinator;
    }
  };

  let now = 0;
  for (; now < limit; now += 1 + random.below(4)) {
    for (const ends of lines) for (const end of ends) end.advance(now);
    for (const time of times)
      if (now >= time.at) {
        stop(time.node, now + time.off);
        time.at = Number.POSITIVE_INFINITY;
      }
    for (const { board, at } of dead)
      if (now >= at && nodes[board].offUntil < limit) stop(board, Number.POSITIVE_INFINITY);
    for (const [i, node] of nodes.entries()) {
      if (now < node.offUntil) continue;
      if (!node.life) start(i);
      node.life!.poll(now);
    }
    if (coordinator?.isDone) break;
  }
  return {
    runs,
    starts,
    ends: boards.flatMap((board, id) =>
      board?.isFinished ? [{ id, parameters: learners[id].parameters }] : [],
    ),
    isOver: coordinator?.isOver ?? false,
    time: now,
  };
}
