/** What `xsnn quantize` did, as data. */
import type { Evaluation } from "./evaluate.js";
import type { LayerRow } from "./layers.js";

export interface QuantizationReport {
  readonly model: string;
  readonly data: DataSummary;
  /** How it was quantized: names and values of options. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** The float model on the same samples. */
  readonly float: Evaluation;
  /** The first is the one that is written. */
  readonly variants: readonly Variant[];
  readonly layers: readonly LayerRow[];
}

export interface DataSummary {
  readonly path: string;
  /** Samples that ranges were found on. */
  readonly calibration: number;
  /** Samples that models were evaluated on. */
  readonly evaluated: number;
  /** Whether none of these was calibrated with. */
  readonly heldOut: boolean;
  /** What an application has to do with its inputs too: full scale, mean and standard deviation. */
  readonly preprocessing: Readonly<Record<string, readonly number[]>>;
}

/** The model in one scheme. */
export interface Variant {
  readonly scheme: string;
  readonly evaluation: Evaluation;
  readonly cost: Cost;
}

/** What a plan predicts. */
export interface Cost {
  /** Bytecode, frozen objects and weights. */
  readonly flashBytes: number;
  /** On a board the whole XS machine; else chunks that live at once at most, arena included. */
  readonly ramBytes: number;
  /** Of one inference: on a board with these inputs, collections included; else where no activation is zero, without. */
  readonly instructions: number;
  readonly macs: number;
  readonly board?: BoardCost;
}

export interface BoardCost {
  readonly name: string;
  readonly fits: boolean;
  readonly flashAvailable: number;
  readonly ramAvailable: number;
  readonly milliseconds: { readonly low: number; readonly value: number; readonly high: number };
  readonly millijoules: { readonly low: number; readonly value: number; readonly high: number };
}

/** The report as JSON has it: where nothing differs there is no noise, and the ratio is null. */
export function reportDocument({ float, variants, layers, ...rest }: QuantizationReport): object {
  return {
    ...rest,
    float: finite(float),
    variants: variants.map((variant) => ({ ...variant, evaluation: finite(variant.evaluation) })),
    layers: layers.map(finite),
  };
}

/** Infinite figures as null, as JSON writes them anyway. */
function finite(figures: object): object {
  return Object.fromEntries(
    Object.entries(figures).map(([name, value]) => [name, value === Number.POSITIVE_INFINITY ? null : value]),
  );
}
