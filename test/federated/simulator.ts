/**
 * A coordinator and boards that start anew now and then, or lose power while they store, on faulty lines, from a seed. All of them
 * keep what rounds came to in flash.
 */

import { type Faults, LineEnd } from "../../boards/chain/line.js";
import { Random } from "../../boards/chain/random.js";
import { FederatedBoard } from "../../runtime/federated/board.js";
import { type Compression, EXACT } from "../../runtime/federated/compression.js";
import { Coordinator, type RoundReport } from "../../runtime/federated/coordinator.js";
import { copied } from "../../runtime/federated/trainable.js";
import { PowerCut } from "../store/flash-emulator.js";
import { type BoardLife, boardLife, coordinatorLife, Keeper, MODEL, storedOf } from "./party.js";

const LINK = { model: MODEL, payloadBytes: 96, retry: 20, deadline: 1000, window: 6 };
const ROUND_DEADLINE = 1500;
const LINE = { bytesPerMs: 92, queueBytes: 600, delay: 2 };
const SAMPLE_MS = 25;
/** Of a life whose power goes while something is stored: bytes and stages of erasures until then are fewer. */
const MOST_STEPS = 500;

export interface Schedule {
  readonly seed: number;
  readonly boards: number;
  readonly rounds: number;
  readonly minimum: number;
  readonly compression: Compression;
  readonly faults: Faults;
  /** How often somebody starts anew; the coordinator counts as the last board. */
  readonly reboots: number;
  /** How likely it is that the power of a life goes while something is stored. */
  readonly cuts: number;
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
    cuts: some(0.5),
    dead,
  };
}

/** A life of the coordinator: what it began with, and each round with what it came to. */
export interface Run {
  readonly start: readonly Int32Array[];
  readonly rounds: { readonly report: RoundReport; readonly parameters: readonly Int32Array[] }[];
}

/** Where in a round a board stopped: before it had parameters, while it trained, while it stored, or else. */
export type Phase = "joining" | "training" | "storing" | "sending or waiting";

/** A board that starts anew. */
export interface Boot {
  readonly id: number;
  /** Where in a round it had stopped. */
  readonly phase: Phase;
  /** What its store had; undefined: nothing. */
  readonly found: string | undefined;
  /** What it had before that as a whole, and what it was to store when it stopped. */
  readonly whole: string | undefined;
  readonly last: string | undefined;
}

/** What a board's flash went through. */
export interface Wear {
  readonly erasures: number;
  /** Different parameters that it was to store: those of a round that it heard of twice count once. */
  readonly rounds: number;
  /** How often the power went while it stored. */
  readonly cuts: number;
}

export interface Outcome {
  readonly runs: readonly Run[];
  /** Each start of a round on a board: with what parameters. */
  readonly starts: {
    readonly run: number;
    readonly round: number;
    readonly parameters: readonly Int32Array[];
  }[];
  readonly boots: readonly Boot[];
  /** Of each board. */
  readonly wear: readonly Wear[];
  /** What boards ended with that heard of the end. */
  readonly ends: readonly { readonly id: number; readonly parameters: readonly Int32Array[] }[];
  readonly isOver: boolean;
  readonly time: number;
}

/** A board, or the coordinator. */
class Node {
  life: { readonly poll: (now: number) => void } | undefined;
  offUntil: number;
  readonly keeper = new Keeper();
  cuts = 0;

  constructor(offUntil: number) {
    this.offUntil = offUntil;
  }
}

/** What a board was to store, whatever it remembers of it. */
class History {
  whole: string | undefined;
  last: string | undefined;
  readonly rounds = new Set<string>();
  phase: Phase | undefined;
  life: BoardLife | undefined;
  board: FederatedBoard | undefined;

  /** Where in a round the board is that stops now. */
  stop(wasCut: boolean): void {
    const { board } = this;
    if (!board) return;
    const { isBusy, round } = board;
    this.phase = wasCut ? "storing" : isBusy ? "training" : round < 0 ? "joining" : "sending or waiting";
    this.board = this.life = undefined;
  }
}

/** @param limit milliseconds after which a simulation that has not come to an end is given up */
export function simulate(plan: Schedule, limit = 120_000): Outcome {
  const { seed, boards: count, rounds, minimum, compression, faults, reboots, cuts, dead } = plan;
  const random = new Random(seed + 0xfed);
  const lines = Array.from({ length: count }, () => LineEnd.pair(random.below(2 ** 20), { ...LINE, faults }));
  const runs: Run[] = [];
  const starts: Outcome["starts"] = [];
  const boots: Boot[] = [];
  let left = rounds;
  let coordinator: Coordinator | undefined;
  const histories = lines.map(() => new History());

  const startCoordinator = ({ keeper }: Node): Coordinator => {
    const { learner, keep } = coordinatorLife(keeper);
    const run: Run = { start: copied(learner.parameters), rounds: [] };
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
        keep();
        left--;
      },
    });
    for (const [transport] of lines) made.connect(transport);
    return made;
  };

  const startBoard = (id: number, { keeper }: Node): Node["life"] => {
    const history = histories[id];
    const life = boardLife(id, keeper);
    const { phase, whole, last } = history;
    const { found } = life;
    if (phase) boots.push({ id, phase, found, whole, last });
    history.whole = history.last = found;
    const keep = (round: number) => {
      history.last = storedOf(life.learner);
      history.rounds.add(`${runs.length} ${round}`);
      life.keep();
      history.whole = history.last;
    };
    const board = new FederatedBoard({
      ...LINK,
      transport: lines[id][1],
      random: random.bits,
      id,
      learner: life.learner,
      begin: (round) => {
        starts.push({ run: runs.length - 1, round, parameters: copied(life.learner.parameters) });
        keep(round);
      },
      train: life.train,
    });
    history.life = life;
    history.board = board;
    let hasEnd = false;
    return {
      poll: (now) => {
        board.poll(now);
        if (board.isFinished && !hasEnd) keep(board.round);
        hasEnd = board.isFinished;
      },
    };
  };

  const nodes = Array.from({ length: count + 1 }, () => new Node(random.below(200)));
  const times = Array.from({ length: reboots }, () => ({
    at: random.below(700),
    node: random.below(count + 1),
    off: random.chance(0.3) ? 0 : random.below(1600),
  }));
  const stop = (i: number, until: number, wasCut = false) => {
    nodes[i].life = undefined;
    nodes[i].offUntil = Math.max(nodes[i].offUntil, until);
    if (i === count) for (const [end] of lines) end.onBytes = undefined;
    else lines[i][1].onBytes = undefined;
    if (i === count) coordinator = undefined;
    else histories[i].stop(wasCut);
  };
  const start = (i: number) => {
    const node = nodes[i];
    node.keeper.start(random.chance(cuts) ? random.below(MOST_STEPS) : Number.POSITIVE_INFINITY, seed);
    if (i < count) node.life = startBoard(i, node);
    else {
      coordinator = startCoordinator(node);
      node.life = coordinator;
    }
  };
  const poll = (i: number, now: number) => {
    const node = nodes[i];
    try {
      if (!node.life) start(i);
      node.life!.poll(now);
      // A sample takes its time.
      if (histories[i]?.board?.isBusy) node.offUntil = now + random.below(SAMPLE_MS);
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      node.cuts++;
      stop(i, now + random.below(300), true);
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
    for (const [i, { offUntil }] of nodes.entries()) if (now >= offUntil) poll(i, now);
    if (coordinator?.isDone) break;
  }
  return {
    runs,
    starts,
    boots,
    wear: histories.map((history, id) => ({
      erasures: nodes[id].keeper.erasures,
      rounds: history.rounds.size,
      cuts: nodes[id].cuts,
    })),
    ends: histories.flatMap(({ board, life }, id) =>
      board?.isFinished ? [{ id, parameters: copied(life!.learner.parameters) }] : [],
    ),
    isOver: coordinator?.isOver ?? false,
    time: now,
  };
}
