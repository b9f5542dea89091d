/** Opens rounds to boards, averages what they answer, and goes on with those that are there. It is a board itself, or a host. */
import type { Transport } from "../pipeline/transport.js";
import { Average, mostSamples } from "./average.js";
import { type Compression, EXACT, isExact } from "./compression.js";
import type { LineOptions } from "./courier.js";
import { addEntries } from "./entries.js";
import { Feedback } from "./feedback.js";
import {
  END,
  JOIN,
  kindOf,
  NO_ROUND,
  openingMessage,
  PROTOCOL,
  ROUND,
  readJoin,
  readUpdate,
  refusedMessage,
  UPDATE,
} from "./messages.js";
import { Peer } from "./peer.js";
import { exactTensors } from "./tensors.js";
import { lengthsOf, type Trainable } from "./trainable.js";

/** What a round came to. */
export interface RoundReport {
  readonly round: number;
  /** Ids of the boards that answered, in the order in which they did. */
  readonly boards: readonly number[];
  readonly samples: number;
  /** Updates that came after their round, or a second time. */
  readonly dropped: number;
  readonly milliseconds: number;
}

export interface CoordinatorOptions extends Omit<LineOptions, "transport"> {
  /** Its parameters are what the first round begins with, and after each round what it came to. */
  readonly learner: Trainable;
  readonly rounds: number;
  /** How many boards there are: a round that all have answered ends at once. */
  readonly boards: number;
  /** How many must have answered a round; 1 unless said. */
  readonly minimum?: number;
  /** Milliseconds after which a round ends with those that have answered, from when it is first opened; 60,000 unless said. */
  readonly roundDeadline?: number;
  /** How much of differences goes over the lines; everything unless said. */
  readonly compression?: Compression;
  readonly onRound?: (report: RoundReport) => void;
  /** A board that cannot take part was refused. */
  readonly onRefused?: (why: string) => void;
}

const ROUND_DEADLINE = 60_000;
const LINK_DEADLINE = 5000;

/** More rounds, or more boards, than anybody needs: numbers stay within words. */
const MOST_ROUNDS = 1e6;
const MOST_BOARDS = 1000;

export class Coordinator {
  /** The round that is open; as many as there are when all are over. */
  round = 0;
  private readonly options: CoordinatorOptions;
  private readonly lengths: readonly number[];
  private readonly minimum: number;
  private readonly compression: Compression;
  private readonly mostSamples: number;
  /** Names this life of the coordinator; never 0. */
  private readonly run: number;
  private readonly average: Average;
  private readonly feedback: Feedback | undefined;
  private peers: Peer[] = [];
  private answered: number[] = [];
  private dropped = 0;
  /** When the round was first opened to a board. */
  private openedAt: number | undefined;
  /** What the last round changed, compressed. */
  private change: ArrayBuffer | undefined;
  /** The round's opening, as whole parameters and as a change; made when a board first needs it. */
  private whole: Uint8Array | undefined;
  private changed: Uint8Array | undefined;

  /** @throws RangeError for numbers that are out of range */
  constructor(options: CoordinatorOptions) {
    const { learner, rounds, boards, minimum = 1, compression = EXACT, random } = options;
    if (!(rounds >= 1 && rounds <= MOST_ROUNDS))
      throw new RangeError(`${rounds} rounds: give 1 to ${MOST_ROUNDS}`);
    if (!(boards >= 1 && boards <= MOST_BOARDS))
      throw new RangeError(`${boards} boards: give 1 to ${MOST_BOARDS}`);
    if (!(minimum >= 1 && minimum <= boards))
      throw new RangeError(`a minimum of ${minimum} boards: give 1 to ${boards}`);
    this.options = options;
    this.minimum = minimum;
    this.compression = compression;
    this.mostSamples = mostSamples(boards);
    this.run = random() | 1;
    this.lengths = lengthsOf(learner.parameters);
    this.average = new Average(this.lengths);
    this.feedback = isExact(compression) ? undefined : new Feedback(this.lengths);
  }

  /** Whether all rounds are over, and all boards that are there know. */
  get isDone(): boolean {
    return this.isOver && this.present.every((peer) => !this.isOwed(peer) && peer.courier.isFree);
  }

  /** Whether all rounds are over. */
  get isOver(): boolean {
    return this.round === this.options.rounds;
  }

  /** How many boards are there. */
  get joined(): number {
    return this.present.length;
  }

  /** How many boards have answered the round that is open. */
  get answers(): number {
    return this.answered.length;
  }

  /** Boards that take part, as far as it is known. */
  private get present(): Peer[] {
    return this.peers.filter(({ id, refused }) => id !== undefined && refused === undefined);
  }

  /** Takes a new line to a board, whoever is there. */
  connect(transport: Transport): void {
    this.peers.push(new Peer({ ...this.options, transport }, this.lengths));
  }

  /** A line is gone, and what comes from there is not heard any more. */
  disconnect(transport: Transport): void {
    this.peers = this.peers.filter((peer) => peer.transport !== transport);
    transport.onBytes = undefined;
  }

  /**
   * Does what is due. Call it every few milliseconds.
   *
   * @param now milliseconds from any start, never less than before
   */
  poll(now: number): void {
    for (const peer of this.peers) {
      const known = peer.refused;
      peer.tick(now, this.options.deadline ?? LINK_DEADLINE);
      const bytes = peer.courier.take();
      if (bytes) this.hear(peer, bytes);
      if (peer.refused !== undefined && peer.refused !== known) this.options.onRefused?.(peer.refused);
    }
    if (!this.isOver && this.isComplete(now)) this.close(now);
    for (const peer of this.peers) if (peer.isReady && this.isOwed(peer)) this.open(peer, now);
  }

  private hear(peer: Peer, bytes: Uint8Array): void {
    const head = kindOf(bytes);
    if (!head) return;
    if (head.protocol !== PROTOCOL)
      peer.refused = `a board has protocol ${head.protocol} and the coordinator ${PROTOCOL}: take both from one version of xsnn`;
    else if (head.kind === JOIN) this.hearJoin(peer, bytes);
    else if (head.kind === UPDATE) this.hearUpdate(peer, bytes);
  }

  private hearJoin(peer: Peer, bytes: Uint8Array): void {
    const join = readJoin(bytes);
    if (!join) return;
    const { id, run, holds, lengths } = join;
    // The board that it was before is not there any more.
    for (const other of this.peers) if (other !== peer && other.id === id) other.forget();
    peer.join(id, run === this.run ? holds : NO_ROUND);
    if (`${lengths}` === `${this.lengths}`) return;
    peer.refused = `board ${id} has tensors of ${lengths} elements and the coordinator of ${this.lengths}: compile both from one model`;
    if (peer.courier.isFree) peer.courier.send(refusedMessage(this.lengths));
  }

  private hearUpdate(peer: Peer, bytes: Uint8Array): void {
    const update = readUpdate(bytes, this.lengths);
    if (!update) return;
    const { id, run, round, samples, tensors } = update;
    const isCurrent = run === this.run && round === this.round && !this.isOver;
    if (!isCurrent || this.answered.includes(id) || this.answered.length === this.options.boards) {
      this.dropped++;
      return;
    }
    if (samples < 1 || samples > this.mostSamples) return;
    this.average.add(tensors, samples);
    this.answered.push(id);
    if (peer.id === id) peer.holds = round;
  }

  private isComplete(now: number): boolean {
    const { boards, roundDeadline = ROUND_DEADLINE } = this.options;
    if (this.answers === boards) return true;
    if (this.openedAt === undefined || this.answers < this.minimum) return false;
    return now - this.openedAt >= roundDeadline;
  }

  /** Averages what has come, and goes on to the next round. */
  private close(now: number): void {
    const { learner, onRound } = this.options;
    const mean = this.average.mean();
    const compressed = this.feedback?.compress(mean, undefined, this.compression);
    for (const [t, parameter] of learner.parameters.entries())
      addEntries(parameter, compressed?.entries[t] ?? { indexes: undefined, values: mean[t] });
    learner.refresh();
    const { round, dropped } = this;
    const report = {
      round,
      boards: this.answered,
      samples: this.average.samples,
      dropped,
      milliseconds: now - this.openedAt!,
    };
    this.change = compressed?.blocks;
    this.whole = this.changed = undefined;
    this.average.clear();
    this.answered = [];
    this.dropped = 0;
    this.openedAt = undefined;
    this.round++;
    onRound?.(report);
  }

  /** Whether a board that has joined is to be told of the round. */
  private isOwed({ id, opened }: Peer): boolean {
    return opened !== this.round && (this.isOver || !this.answered.includes(id!));
  }

  private open(peer: Peer, now: number): void {
    this.openedAt ??= now;
    peer.opened = this.round;
    const isChange = this.change !== undefined && peer.holds === this.round - 1;
    peer.courier.send(isChange ? this.changedOpening() : this.wholeOpening());
  }

  private wholeOpening(): Uint8Array {
    this.whole ??= this.opening(NO_ROUND, exactTensors(this.options.learner.parameters));
    return this.whole;
  }

  private changedOpening(): Uint8Array {
    this.changed ??= this.opening(this.round - 1, this.change!);
    return this.changed;
  }

  private opening(base: number, tensors: ArrayBuffer): Uint8Array {
    const { run, round, compression, mostSamples } = this;
    const kind = this.isOver ? END : ROUND;
    return openingMessage(kind, { run, round, base, compression, mostSamples }, tensors);
  }
}
