/** A board that trains on its own data, from parameters that a coordinator sends, and answers with what came of it. */
import type { Failure } from "../pipeline/failed.js";
import { isExact } from "./compression.js";
import { Courier, type LineOptions } from "./courier.js";
import { addEntries } from "./entries.js";
import { Feedback } from "./feedback.js";
import {
  ASK,
  END,
  joinMessage,
  kindOf,
  NO_ROUND,
  type Opening,
  PROTOCOL,
  REFUSED,
  ROUND,
  readOpening,
  readRefused,
  updateMessage,
} from "./messages.js";
import { exactDifference } from "./tensors.js";
import { copied, lengthsOf, type Trainable } from "./trainable.js";

export interface BoardOptions extends LineOptions {
  /** Tells this board from the others, also after it has started anew. */
  readonly id: number;
  readonly learner: Trainable;
  /** A round begins: its parameters are the learner's, and `train` goes through the data anew. */
  readonly begin?: (round: number) => void;
  /** Trains on a few samples, for a few milliseconds. @returns how many; 0 when the round has been through all */
  readonly train: () => number;
}

export class FederatedBoard {
  /** Why this board takes no part, if so: nothing but a new start or another coordinator changes it. */
  refused: string | undefined;
  /** Whether all rounds are over: the learner's parameters are their result. */
  isFinished = false;
  /** The round that it has parameters of; −1 at first. */
  round = NO_ROUND;
  private readonly options: BoardOptions;
  private readonly courier: Courier;
  private readonly lengths: readonly number[];
  /** What the round began with. */
  private readonly start: readonly Int32Array[];
  private feedback: Feedback | undefined;
  private opening: Opening | undefined;
  private isTraining = false;
  private samples = 0;
  /** What is to be sent as soon as that is possible. */
  private owesJoin = true;
  private owesAnswer = false;
  /** What the round's training came to, until the coordinator has it. */
  private answer: Uint8Array | undefined;

  constructor(options: BoardOptions) {
    const { parameters } = options.learner;
    this.options = options;
    this.lengths = lengthsOf(parameters);
    this.start = copied(parameters);
    this.courier = new Courier(options, this.lengths);
  }

  /** Whether a round is being trained. */
  get isBusy(): boolean {
    return this.isTraining;
  }

  /**
   * Does what is due, and trains on a few samples if a round is under way. Call it all the time.
   *
   * @param now milliseconds from any start, never less than before
   */
  poll(now: number): void {
    const failure = this.courier.tick(now);
    if (failure) {
      this.lose(failure);
      return;
    }
    this.listen();
    if (this.isTraining) this.train();
    if (this.courier.isFree) this.speak();
  }

  /** A link that has failed begins anew, unless the other side is another's. */
  private lose({ reason, message }: Failure): void {
    if (reason === "model" || reason === "version") {
      this.refused ??= message;
      return;
    }
    this.courier.renew();
    this.owesJoin = true;
    this.owesAnswer = this.answer !== undefined;
  }

  /** Says what is due to a coordinator that has all that was said before. */
  private speak(): void {
    if (this.owesJoin) {
      const { id } = this.options;
      const { lengths, round: holds, opening } = this;
      this.owesJoin = false;
      this.courier.send(joinMessage({ id, run: opening?.run ?? 0, holds, lengths }));
    } else if (this.owesAnswer) {
      this.owesAnswer = false;
      this.courier.send(this.answer!);
    } else this.answer = undefined;
  }

  /** Takes what has come. Nobody keeps it: it is as long as all parameters, and there is little room while a round is trained. */
  private listen(): void {
    const bytes = this.courier.take();
    if (bytes) this.hear(bytes);
  }

  private hear(bytes: Uint8Array): void {
    const head = kindOf(bytes);
    if (!head) return;
    const { kind, protocol } = head;
    if (protocol !== PROTOCOL)
      this.refused = `the coordinator has protocol ${protocol} and this board ${PROTOCOL}: take both from one version of xsnn`;
    else if (kind === ASK) this.owesJoin = true;
    else if (kind === REFUSED)
      this.refused = `the coordinator has tensors of ${readRefused(bytes)} elements and this board of ${this.lengths}: compile both from one model`;
    else if (kind === ROUND || kind === END) this.open(bytes, kind === END);
  }

  /** Takes the parameters of a round; whatever was being trained is given up. */
  private open(bytes: Uint8Array, isEnd: boolean): void {
    const read = readOpening(bytes, this.lengths);
    if (!read) return;
    const { tensors, ...opening } = read;
    const { run, round, base } = opening;
    const isSame = this.opening?.run === run;
    if (isSame && round <= this.round) return;
    if (base !== NO_ROUND && !(isSame && base === this.round)) {
      this.owesJoin = true; // it was for who this board was before
      return;
    }
    const { learner, begin } = this.options;
    for (const [t, parameter] of learner.parameters.entries()) {
      if (base === NO_ROUND) parameter.fill(0);
      else parameter.set(this.start[t]);
      addEntries(parameter, tensors[t]);
    }
    learner.refresh();
    // What it clamped the coordinator has clamped too.
    for (const [t, start] of this.start.entries()) start.set(learner.parameters[t]);
    this.opening = opening;
    this.round = round;
    this.samples = 0;
    this.answer = undefined;
    this.owesAnswer = false;
    this.isFinished = isEnd;
    this.isTraining = !isEnd;
    if (!isEnd) begin?.(round);
  }

  private train(): void {
    const { run, compression, mostSamples } = this.opening!;
    const { id, train, learner } = this.options;
    const trained = train();
    this.samples += trained;
    if (trained > 0) return;
    this.isTraining = false;
    if (this.samples === 0) return; // no data: the others make up the round
    const samples = Math.min(this.samples, mostSamples);
    const update = { id, run, round: this.round, samples };
    this.answer = updateMessage(update, this.difference(learner, compression));
    this.owesAnswer = true;
  }

  private difference({ parameters }: Trainable, compression: Opening["compression"]): ArrayBuffer {
    if (isExact(compression)) return exactDifference(parameters, this.start);
    this.feedback ??= new Feedback(this.lengths);
    return this.feedback.compress(parameters, this.start, compression).blocks;
  }
}
