/** A line that does all a line may do to bytes, under a clock of its own. */
import type { Transport } from "../../runtime/pipeline/transport.js";
import type { Random } from "./random.js";

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

/** Milliseconds that bytes are on their way at most. */
export const LATEST = 3100;
const BYTES_PER_MS = 92;
const DELAY = 2;
const QUEUE_BYTES = 600;

/** One direction and the other: what an end writes arrives at the other after a while, in pieces. */
export class WireEnd implements Transport {
  onBytes: ((bytes: Uint8Array) => void) | undefined;
  other!: WireEnd;
  private arrivals: Arrival[] = [];
  private now = 0;
  private busyUntil = 0;
  private order = 0;
  private readonly random: Random;
  private readonly faults: Faults;

  static pair(random: Random, faults: Faults): [WireEnd, WireEnd] {
    const one = new WireEnd(random, faults);
    const other = new WireEnd(random, faults);
    one.other = other;
    other.other = one;
    return [one, other];
  }

  private constructor(random: Random, faults: Faults) {
    this.random = random;
    this.faults = faults;
  }

  get writable(): number {
    return Math.floor(QUEUE_BYTES - Math.max(0, this.busyUntil - this.now) * BYTES_PER_MS);
  }

  write(bytes: Uint8Array): void {
    if (bytes.length > this.writable) throw new Error("a link wrote more than its line has room for");
    const { random, faults } = this;
    this.busyUntil = Math.max(this.busyUntil, this.now) + bytes.length / BYTES_PER_MS;
    if (random.chance(faults.loss)) return;
    for (let copies = random.chance(faults.duplication) ? 1 + random.below(3) : 1; copies > 0; copies--) {
      // What is late may come after a new start, too.
      const late = random.chance(faults.reordering) ? random.below(random.chance(0.1) ? 3000 : 60) : 0;
      this.other.arrivals.push({
        at: this.busyUntil + DELAY + late,
        order: this.order++,
        bytes: this.damaged(bytes.slice()),
      });
    }
  }

  private damaged(bytes: Uint8Array): Uint8Array {
    const { random, faults } = this;
    if (random.chance(faults.corruption))
      for (let flips = 1 + random.below(4); flips > 0; flips--)
        bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    if (!random.chance(faults.cut)) return bytes;
    const from = random.below(bytes.length);
    const gone = 1 + random.below(bytes.length - from);
    const noise = Uint8Array.from({ length: random.chance(0.3) ? random.below(40) : 0 }, random.bits);
    return Uint8Array.from([...bytes.subarray(0, from), ...noise, ...bytes.subarray(from + gone)]);
  }

  /** Delivers what has arrived by now. */
  advance(now: number): void {
    this.now = now;
    const due = this.arrivals.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at || a.order - b.order);
    this.arrivals = this.arrivals.filter(({ at }) => at > now);
    for (const { bytes } of due)
      for (let at = 0; at < bytes.length; ) {
        const end = this.random.chance(0.7) ? bytes.length : at + 1 + this.random.below(bytes.length - at);
        this.onBytes?.(bytes.subarray(at, end));
        at = end;
      }
  }
}
