/** A codebook of numbers: where few weights differ, the numbers that hold them are few, too, and an index of a byte says which. */
import type { Records } from "./records.js";
import type { DataStage } from "./stage.js";

/** What a byte tells apart. */
const MOST_NUMBERS = 256;

export class Book {
  readonly numbers: readonly bigint[];
  /** Those whose weights are taken from it. */
  readonly stages: ReadonlySet<DataStage>;
  readonly #places: ReadonlyMap<bigint, number>;

  constructor(numbers: readonly bigint[], stages: ReadonlySet<DataStage>) {
    this.numbers = numbers;
    this.stages = stages;
    this.#places = new Map(numbers.map((number, place) => [number, place]));
  }

  /** Where a number of one of the stages is. */
  indexOf(number: bigint): number {
    return this.#places.get(number)!;
  }
}

/** The book for a layer, of those stages whose numbers take less with it; undefined where none does. */
export function bookFor({ weights }: Records, channels: number): Book | undefined {
  let numbers = new Set<bigint>();
  const stages = new Set<DataStage>();
  for (const [stage, fields] of weights) {
    const own = Array.from({ length: channels }, (_, output) => fields.map(({ field }) => field(output)));
    const together = new Set([...numbers, ...own.flat()]);
    const saved = channels * fields.reduce((sum, { bytes }) => sum + bytes - 1, 0);
    if (together.size > MOST_NUMBERS || 8 * (together.size - numbers.size) >= saved) continue;
    numbers = together;
    stages.add(stage);
  }
  return stages.size > 0 ? new Book([...numbers], stages) : undefined;
}
