/** What `xsnn distill` did, as data. */
import type { Epoch } from "../train/history.js";
import type { Evaluation } from "./evaluate.js";

export interface DistillationReport {
  readonly teacher: string;
  /** A file, or what became of the teacher. */
  readonly student: string;
  readonly data: {
    readonly path: string;
    /** Samples that were trained with. */
    readonly trained: number;
    /** Samples that models were evaluated on, none of which was trained with. */
    readonly heldOut: number;
    /** What an application has to do with its inputs too: full scale, mean and standard deviation. */
    readonly preprocessing: Readonly<Record<string, readonly number[]>>;
  };
  /** How it was trained: names and values of options. */
  readonly options: Readonly<Record<string, string | number | boolean>>;
  /** How many the layers of each have. */
  readonly weights: { readonly teacher: number; readonly student: number };
  readonly epochs: readonly Epoch[];
  /** The epoch whose network is written. */
  readonly epoch: number;
  /** On samples that were held out, against the teacher; absent where there are none. */
  readonly evaluations?: {
    readonly teacher: Evaluation;
    /** In float32, before it was trained. */
    readonly before: Evaluation;
    /** As it is written. */
    readonly after: Evaluation;
  };
}
