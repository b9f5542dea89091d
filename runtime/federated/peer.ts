/** A line to a board, as the coordinator sees it. */
import type { Transport } from "../pipeline/transport.js";
import { Courier, type LineOptions } from "./courier.js";
import { askMessage, NO_ROUND } from "./messages.js";

/** How long a board may take to say who it is. */
const ASK_MS = 500;

export class Peer {
  readonly transport: Transport;
  /** Who is there, once it has joined. */
  id: number | undefined;
  /** The round of this run whose parameters the board certainly has. */
  holds = NO_ROUND;
  /** The round that was opened to it last. */
  opened = NO_ROUND;
  /** Why the board takes no part. */
  refused: string | undefined;
  readonly courier: Courier;
  /** Since when somebody is there who has not said who it is. */
  private unknownAt: number | undefined;
  private refusedAt = 0;

  constructor(line: LineOptions, lengths: readonly number[]) {
    this.transport = line.transport;
    this.courier = new Courier(line, lengths);
  }

  /**
   * Sends what is due, and asks who is there. A link that has failed begins anew; with a board of another model not at once, so
   * that it learns why.
   *
   * @param patience milliseconds until then
   */
  tick(now: number, patience: number): void {
    const { courier } = this;
    const failure = courier.tick(now);
    if (failure && (failure.reason === "model" || failure.reason === "version")) {
      if (this.refused === undefined) this.refusedAt = now;
      this.refused = failure.message;
      if (now - this.refusedAt < patience) return;
    }
    if (failure) {
      this.forget();
      courier.renew();
    } else if (this.id === undefined && courier.isFree) this.ask(now);
  }

  /** Boards that start say who they are; those that were there before the coordinator have to be asked. */
  private ask(now: number): void {
    this.unknownAt ??= now;
    if (now - this.unknownAt < ASK_MS) return;
    this.courier.send(askMessage());
    this.unknownAt = now;
  }

  /** Whether a round can be opened to it. */
  get isReady(): boolean {
    return this.id !== undefined && this.refused === undefined && this.courier.isFree;
  }

  /** Who is there joins. */
  join(id: number, holds: number): void {
    this.id = id;
    this.holds = this.opened = holds;
    this.refused = undefined;
  }

  /** Nobody knows any more who is there. */
  forget(): void {
    this.id = undefined;
    this.holds = this.opened = NO_ROUND;
    this.refused = this.unknownAt = undefined;
  }
}
