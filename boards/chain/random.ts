/** Random numbers that are the same for the same seed: mulberry32. */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995;
  }

  /** 32 random bits as a signed integer. */
  readonly bits = (): number => {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) | 0;
  };

  /** An integer from 0 to n − 1. */
  below(n: number): number {
    return Math.floor(((this.bits() >>> 0) / 2 ** 32) * n);
  }

  /** Whether an event of a probability happens. */
  chance(probability: number): boolean {
    return (this.bits() >>> 0) / 2 ** 32 < probability;
  }
}
