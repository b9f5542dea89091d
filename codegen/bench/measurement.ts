/** What a model cost on a board: counted, never timed. */
import type { Report } from "../emit/report.js";

/** What one layer cost. */
export interface LayerCost {
  /** Position of the operator in the model. */
  readonly op: number;
  readonly kind: string;
  readonly name: string;
  readonly macs: number;
  readonly instructions: number;
  /** Those of them that collected garbage. */
  readonly inCollections: number;
}

/** What identifies a measurement: a count says nothing about another engine, board or form. */
export interface Case {
  readonly model: string;
  readonly board: string;
  readonly engine: string;
  /** The kernels' forms, e.g. `rolled`. */
  readonly form: string;
}

/** The figures of a measurement that are compared; each is absent where the engine does not count it. */
export interface Figures {
  /** Of one inference. */
  readonly instructions?: number;
  /** Live memory at its peak: chunks, slots and stack, in bytes. */
  readonly ramBytes?: number;
  /** What the model takes in flash: `weights.bin`, bytecode and preloaded objects, in bytes. */
  readonly flashBytes?: number;
}

export interface Measurement extends Case, Figures {
  /** The board's instruction set, where the engine runs another one in its place. */
  readonly standInFor?: string;
  /** Instruction set whose instructions were counted. */
  readonly isa?: string;
  readonly macs: number;
  /** In the order of execution. */
  readonly layers?: readonly LayerCost[];
}

/** Instructions a multiplication and addition; nothing where a layer or model has none. */
export function perMac(instructions: number, macs: number): number | undefined {
  return macs > 0 ? instructions / macs : undefined;
}

/** The forms of a model's kernels, e.g. `rolled`. */
export function formOf({ layers }: Report): string {
  return [...new Set(layers.map(({ form }) => form))].sort().join("+") || "none";
}

/**
 * The cost of each layer of one inference.
 *
 * @param counts by index of layer, over all inferences
 */
export function layerCosts(
  { layers }: Report,
  counts: readonly { readonly instructions: number; readonly inCollections: number }[],
  inferences: number,
): LayerCost[] {
  return layers.map(({ op, kind, name, macs }, i) => ({
    op,
    kind,
    name,
    macs,
    instructions: Math.round((counts[i]?.instructions ?? 0) / inferences),
    inCollections: Math.round((counts[i]?.inCollections ?? 0) / inferences),
  }));
}
