/** What became of a baseline. */
import { type BaselineRow, caseKey, type FigureName, figureNames } from "./baseline.js";
import type { Case, Measurement } from "./measurement.js";

/** A figure may grow or shrink by this part of it without being told. */
export const TOLERANCE = 0.01;

/** A figure that differs by more than the tolerance. */
export interface Change extends Case {
  readonly figure: FigureName;
  readonly before: number;
  readonly after: number;
}

export interface Changes {
  /** Rows of the baseline that were compared. */
  readonly compared: number;
  /** Slower or bigger. */
  readonly worse: readonly Change[];
  readonly better: readonly Change[];
  /** Rows of the baseline whose model and board were measured, but on another engine, in another form or in part. */
  readonly incomparable: readonly Case[];
  /** Rows of the baseline whose model and board were not measured. */
  readonly unmeasured: readonly Case[];
  /** What was measured and has no row in the baseline. */
  readonly added: readonly Case[];
}

export function changes(baseline: readonly BaselineRow[], measured: readonly Measurement[]): Changes {
  const now = new Map(measured.map((row) => [caseKey(row), row]));
  const known = new Set(baseline.map(caseKey));
  const isMeasured = ({ model, board }: Case) =>
    measured.some((row) => row.model === model && row.board === board);
  const found: Change[] = [];
  const incomparable: Case[] = [];
  const unmeasured: Case[] = [];
  let compared = 0;
  for (const row of baseline) {
    const measurement = now.get(caseKey(row));
    if (!isMeasured(row)) unmeasured.push(caseOf(row));
    else if (
      !measurement ||
      figureNames.some((name) => row[name] !== undefined && measurement[name] === undefined)
    )
      incomparable.push(caseOf(row));
    else {
      compared++;
      found.push(...differences(row, measurement));
    }
  }
  return {
    compared,
    worse: found.filter(({ before, after }) => after > before),
    better: found.filter(({ before, after }) => after < before),
    incomparable,
    unmeasured,
    added: measured.filter((row) => !known.has(caseKey(row))).map(caseOf),
  };
}

function differences(row: BaselineRow, measurement: Measurement): Change[] {
  return figureNames.flatMap((figure) => {
    const [before, after] = [row[figure], measurement[figure]];
    if (before === undefined || after === undefined || Math.abs(after - before) <= TOLERANCE * before)
      return [];
    return [{ ...caseOf(row), figure, before, after }];
  });
}

function caseOf({ model, board, engine, form }: Case): Case {
  return { model, board, engine, form };
}
