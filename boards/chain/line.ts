/** A line that does all a line may do to bytes, under the clocks of its ends. */
import type { Transport } from "../../runtime/pipeline/transport.js";
import { Random } from "./random.js";

/** Probabilities that a write is lost, doubled, delayed behind later ones, has bits flipped, or loses or gains bytes. */
export interface Faults {
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: number;
  readonly corruption: number;
  readonly cut: number;
}

interface Arrival {
  readonly at: number;
  readonly order: number;
  readonly bytes: Uint8Array;
}

/** Nothing of it. */
export const FAULTLESS: Faults = { loss: 0, duplication: 0, reordering: 0, corruption: 0, cut: 0 };

export interface LineOptions {
  /** Bytes that an end sends in a millisecond, and that wait there at most. */
  readonly bytesPerMs: number;
  readonly queueBytes: number;
  /** Milliseconds that bytes are on their way. */
  readonly delay: number;
  readonly faults: Faults;
}

/** Milliseconds that bytes are late at most. */
export const LATEST = 3000;

/** One direction and the other: what an end writes arrives at the other after a while, in pieces. */
export class LineEnd implements Transport {
  onBytes: ((bytes: Uint8Array) => void) | undefined;
  /** Bytes that were written so far. */
  written = 0;
  private other!: LineEnd;
  private arrivals: Arrival[] = [];
  private now = 0;
  private busyUntil = 0;
  private order = 0;
  private readonly random: Random;
  private readonly options: LineOptions;

  /** Both ends of a new line; what befalls what each of them writes follows from the seed. */
  static pair(seed: number, options: LineOptions): [LineEnd, LineEnd] {
    const one = new LineEnd(new Random(2 * seed), options);
    const other = new LineEnd(new Random(2 * seed + 1), options);
    one.other = other;
    other.other = one;
    return [one, other];
  }

  private constructor(random: Random, options: LineOptions) {
    this.random = random;
    this.options = options;
  }

  get writable(): number {
    const { queueBytes, bytesPerMs } = this.options;
    return Math.floor(queueBytes - Math.max(0, this.busyUntil - this.now) * bytesPerMs);
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > this.writable) throw new Error("a link wrote more than its line has room for");
    const { random, options } = this;
    const { faults, bytesPerMs, delay } = options;
    this.written += bytes.length;
    this.busyUntil = Math.max(this.busyUntil, this.now) + bytes.length / bytesPerMs;
    if (random.chance(faults.loss)) return;
    for (let copies = random.chance(faults.duplication) ? 1 + random.below(3) : 1; copies > 0; copies--) {
      // What is late may come after a new start, too.
      const late = random.chance(faults.reordering) ? random.below(random.chance(0.1) ? LATEST : 60) : 0;
      this.other.arrivals.push({
        at: this.busyUntil + delay + late,
        order: this.order++,
        bytes: this.damaged(bytes.slice()),
      });
    }
  }

  /** Bytes that somebody else has put on the line arrive here. */
  inject(bytes: Uint8Array): void {
    this.arrivals.push({ at: this.now, order: this.order++, bytes });
  }

  private damaged(bytes: Uint8Array): Uint8Array {
    const { random } = this;
    const { faults } = this.options;
    if (random.chance(faults.corruption))
      for (let flips = 1 + random.below(4); flips > 0; flips--)
        bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    if (!random.chance(faults.cut)) return bytes;
    const from = random.below(bytes.length);
    const gone = 1 + random.below(bytes.length - from);
    const noise = Uint8Array.from({ length: random.chance(0.3) ? random.below(40) : 0 }, random.bits);
    return Uint8Array.from([...bytes.subarray(0, from), ...noise, ...bytes.subarray(from + gone)]);
  }

  /** When the next bytes arrive. */
  get nextArrival(): number {
    return this.arrivals.reduce((soonest, { at }) => Math.min(soonest, at), Number.POSITIVE_INFINITY);
  }

  /** Delivers what has arrived by now. */
  advance(now: number): void {
    this.now = now;
    if (this.nextArrival > now) return;
    const due = this.arrivals.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at || a.order - b.order);
    this.arrivals = this.arrivals.filter(({ at }) => at > now);
    for (const { bytes } of due)
      for (let at = 0; at < bytes.length; ) {
        const isWhole = this.options.faults === FAULTLESS || this.random.chance(0.7);
        const end = isWhole ? bytes.length : at + 1 + this.random.below(bytes.length - at);
        this.onBytes?.(bytes.subarray(at, end));
        at = end;
      }
  }
}
