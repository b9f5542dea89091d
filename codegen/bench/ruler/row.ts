/** The ruler: what one model takes for one inference, in the same machine and on the same inputs each time. */
import type { LayerCost } from "../measurement.js";

/** What one layer took, and what the planner had expected. */
export interface RulerLayer extends LayerCost {
  readonly form: string;
  readonly steps: number;
  /** Instructions that were predicted, collections not included. */
  readonly predicted: number;
  readonly longestStep: number;
  readonly predictedLongestStep: number;
}

export interface RulerRow {
  readonly model: string;
  /** The kernels' forms, e.g. `columns+rolled`. */
  readonly form: string;
  readonly macs: number;
  /** Instructions of each inference, collections included, by the number of its vector. */
  readonly instructions: ReadonlyMap<number, number>;
  /** How many vectors there are; fewer may have run. */
  readonly vectors: number;
  /** The vectors whose output was wrong. */
  readonly wrong: readonly number[];
  /** Instructions of the worst of the vectors with all layers rolled. */
  readonly rolled: number;
  /** Those of TFLM's C++ for the model, before its weights were changed; absent where nobody counted them. */
  readonly tflm?: number;
  readonly flash: {
    readonly bytecodeBytes: number;
    readonly frozenBytes: number;
    readonly constantBytes: number;
  };
  /** Live at the peak: chunks, slots and stack, in bytes; and of these the chunks. */
  readonly ramBytes: number;
  readonly liveChunkBytes: number;
  /** The machine's chunk heap, and the block that holds slots and stack too. */
  readonly chunkBytes: number;
  readonly blockBytes: number;
  /** Means over the vectors that ran, but the longest step is the longest of all. */
  readonly layers: readonly RulerLayer[];
}

/** The vector that took most instructions, and how many. */
export function worst({
  instructions,
}: Pick<RulerRow, "instructions">): readonly [vector: number, instructions: number] {
  return [...instructions].reduce((most, one) => (one[1] > most[1] ? one : most));
}

export function mean({ instructions }: RulerRow): number {
  return [...instructions.values()].reduce((sum, one) => sum + one, 0) / instructions.size;
}

export function flashBytes({ flash }: RulerRow): number {
  return flash.bytecodeBytes + flash.frozenBytes + flash.constantBytes;
}

export function steps({ layers }: RulerRow): number {
  return layers.reduce((sum, layer) => sum + layer.steps, 0);
}

export function longestStep({ layers }: RulerRow): number {
  return Math.max(...layers.map((layer) => layer.longestStep));
}

/** The row as a document. */
export function rowDocument(row: RulerRow): object {
  const { macs, rolled, tflm, instructions, layers, ...rest } = row;
  const [vector, most] = worst(row);
  return {
    ...rest,
    macs,
    worst: most,
    worstVector: vector,
    mean: mean(row),
    instructionsPerMac: most / macs,
    tflm,
    ratioToTflm: tflm && most / tflm,
    rolled,
    ratioToRolled: most / rolled,
    flashBytes: flashBytes(row),
    steps: steps(row),
    longestStep: longestStep(row),
    instructions: Object.fromEntries(instructions),
    layers,
  };
}
