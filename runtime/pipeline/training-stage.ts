/**
 * A stage that also trains: messages bring labels with the activations, gradients come back over the link to the next board, and those
 * of its own inputs go to the board before. Parameters move as in one process: a sample is run with all that was learned from those
 * before it. So a stage waits for the gradients of a sample before it takes the next one.
 */
import type { TrainableNetwork } from "../training/trainable-network.js";
import type { Sink, Source } from "./ends.js";
import type { Failure } from "./failed.js";
import type { Received } from "./incoming.js";
import type { StageLayout, TrainingLayout } from "./layout.js";
import { Stage, type StageOptions } from "./stage.js";
import {
  gradientBytes,
  gradientMessage,
  isUpdate,
  labelOf,
  setWord,
  takeGradients,
  wordOf,
} from "./training-words.js";

/** A link is one: what goes over it goes both ways. */
export type Both = Source & Sink;

export interface TrainingStageOptions {
  readonly network: StageOptions["network"] &
    Pick<TrainableNetwork, "learn" | "backward" | "apply" | "training">;
  /** One with `training`. */
  readonly layout: StageLayout;
  /** As of a stage; a link where gradients are handed to the board before. */
  readonly from: Source | Both;
  /** As of a stage; a link where gradients come from the next board. */
  readonly to: Sink | Both;
}

export class TrainingStage {
  private readonly network: TrainingStageOptions["network"];
  private readonly training: TrainingLayout;
  private readonly receivedBytes: number;
  private readonly from: Source;
  private readonly to: Sink;
  /** Where gradients go, and where they come from. */
  private readonly back: Sink | undefined;
  private readonly next: Source | undefined;
  private readonly stage: Stage;
  /** The message that was taken last, and what is to be learned from it. */
  private number = -1;
  private word = 0;
  /** Whether the loss of that message was made, whose gradients come from here. */
  private hasLearned = false;
  /** Whether gradients of that message have yet to come. */
  private isWaiting = false;
  /** Gradients of that message that wait for room. */
  private gradients: Uint8Array | undefined;
  private own: Failure | undefined;

  /** @throws RangeError where the layout is not that of the network, or gradients have no link to go over */
  constructor({ network, layout, from, to }: TrainingStageOptions) {
    const { training } = layout;
    if (!training) throw new RangeError("the layout is that of a stage that does not train");
    const { received, handed } = training;
    if ((handed.length > 0 && !("send" in from)) || (received.length > 0 && !("take" in to)))
      throw new RangeError("gradients come and go over links: there is none");
    this.network = network;
    this.training = training;
    this.receivedBytes = gradientBytes(received);
    this.from = from;
    this.to = to;
    this.back = handed.length > 0 ? (from as Both) : undefined;
    this.next = received.length > 0 ? (to as Both) : undefined;
    this.stage = new Stage({ network, layout, from: this.source(), to: this.sink() });
  }

  /** Why the stage has ended, its links with it. */
  get failure(): Failure | undefined {
    return this.own ?? this.stage.failure;
  }

  /** Whether all is learned from the messages that were taken so far. */
  get isSettled(): boolean {
    return !this.isWaiting && !this.gradients;
  }

  /** As of a stage; learning from a sample is one call. */
  poll(now: number): boolean {
    if (this.own) return false;
    const { back } = this;
    const isBusy = this.stage.poll(now);
    if (this.failure) return false;
    if (this.isWaiting) this.listen();
    if (this.gradients && back?.send(this.number, this.gradients)) this.gradients = undefined;
    this.release();
    return isBusy;
  }

  /** A message is done with when both boards beside this one have done with what it made them. */
  private release(): void {
    const { from, to, back } = this;
    from.release(back && back.released < to.released ? back.released : to.released);
  }

  /** What the stage takes its messages from: none while there is something to learn from the last one. */
  private source(): Source {
    const { from } = this;
    return {
      get failure() {
        return from.failure;
      },
      take: () => this.take(),
      release: () => {}, // `poll` does, when gradients are done with, too
      tick: (now) => from.tick(now),
    };
  }

  private sink(): Sink {
    const { to } = this;
    return {
      get failure() {
        return to.failure;
      },
      get isJoined() {
        return to.isJoined;
      },
      get released() {
        return to.released;
      },
      send: (number, bytes) => this.send(number, bytes),
      tick: (now) => to.tick(now),
    };
  }

  private take(): Received | undefined {
    if (this.own || !this.isSettled) return undefined;
    this.release(); // a sensor goes on where the boards behind are
    const received = this.from.take();
    if (!received) return undefined;
    const { number, bytes } = received;
    if (number !== this.number + 1) return void this.lose(number);
    const { classes } = this.training;
    this.number = number;
    this.word = wordOf(bytes);
    this.hasLearned = false;
    const label = labelOf(this.word);
    if (classes > 0 && label >= classes)
      return void this.fail("layout", `message ${number} has the label ${label} of ${classes} outputs`);
    return received;
  }

  /** The message has been run. It is passed on, and learned from where the loss is made here. */
  private send(number: number, bytes: Uint8Array): boolean {
    const { next, to, training } = this;
    const label = labelOf(this.word);
    if (training.classes > 0 && !this.hasLearned) {
      this.hasLearned = true;
      setWord(bytes, label < 0 ? -1 : this.network.learn(label));
      this.finish(label >= 0);
    }
    if (!to.send(number, bytes)) return false;
    if (next)
      if (label >= 0) this.isWaiting = true;
      else this.finish(false);
    return true;
  }

  private listen(): void {
    const { next, to, number } = this;
    const received = next!.take();
    if (!received) {
      // The next board has done with a message only when its gradients were taken here: by the board that this one was.
      if (to.released > number) this.lose(number);
      return;
    }
    const { bytes } = received;
    if (received.number !== number || bytes.length !== this.receivedBytes) {
      const found = `${bytes.length} bytes of gradients of message ${received.number}`;
      this.fail("layout", `${found} came, and not ${this.receivedBytes} of message ${number}`);
      return;
    }
    takeGradients(this.network.training, this.training.received, bytes);
    this.network.backward();
    this.isWaiting = false;
    this.finish(true);
  }

  /** All is learned from the message. @param hasGradients whether there are any to be handed on */
  private finish(hasGradients: boolean): void {
    const { network, training, next, back, number } = this;
    if (hasGradients && back) this.gradients = gradientMessage(network.training, training.handed);
    if (isUpdate(this.word)) network.apply();
    next?.release(number + 1);
  }

  private lose(number: number): void {
    this.fail("state", `what was learned before message ${number} is lost: start all boards anew`);
  }

  private fail(reason: "layout" | "state", message: string): void {
    this.own = { reason, message };
  }
}
