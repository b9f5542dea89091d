/** Prices from observations: least squares with coefficients that cannot be negative. */

/** How often each priced part occurs in something. */
export type Counts = Readonly<Record<string, number>>;

/** Something that was counted. */
export interface Observation {
  /** For people. */
  readonly what: string;
  readonly counts: Counts;
  readonly instructions: number;
}

/** Prices, and what they were fitted on. */
export interface Fit {
  readonly prices: Counts;
  readonly observations: readonly Observation[];
}

/** Below this a pivot counts as none. */
const TINY = 1e-9;

/**
 * The prices of parts with which observations come out nearest, each error as a fraction of what was counted. While a price
 * is negative, the most negative one is taken to be 0.
 *
 * @param small instructions below which an error counts as a fraction of this instead
 */
export function fitPrices(observations: readonly Observation[], small = 0): Fit {
  const weights = observations.map(({ instructions }) => 1 / Math.max(instructions, small));
  const targets = observations.map(({ instructions }, i) => instructions * weights[i]);
  const parts = [...new Set(observations.flatMap(({ counts }) => Object.keys(counts)))];
  let priced = parts.filter((part) => observations.some(({ counts }) => counts[part]));
  for (;;) {
    const rows = observations.map(({ counts }, i) => priced.map((part) => (counts[part] ?? 0) * weights[i]));
    const found = leastSquares(rows, targets);
    const least = Math.min(...found);
    if (least >= 0) {
      const prices = parts.map((part) => [part, found[priced.indexOf(part)] ?? 0] as const);
      return { prices: Object.fromEntries(prices), observations };
    }
    priced = priced.filter((_, i) => found[i] !== least);
  }
}

/** What prices make of counts. */
export function priceOf(counts: Counts, prices: Counts): number {
  return Object.entries(counts).reduce((sum, [part, count]) => sum + count * prices[part], 0);
}

/** By the normal equations, each feature scaled to length 1 before. */
function leastSquares(rows: readonly (readonly number[])[], targets: readonly number[]): number[] {
  const lengths = rows[0].map((_, j) => Math.hypot(...rows.map((row) => row[j])));
  const scaled = rows.map((row) => row.map((value, j) => value / lengths[j]));
  const sum = (f: (i: number) => number) => rows.reduce((total, _, i) => total + f(i), 0);
  const matrix = lengths.map((_, j) => lengths.map((_, k) => sum((i) => scaled[i][j] * scaled[i][k])));
  const right = lengths.map((_, j) => sum((i) => scaled[i][j] * targets[i]));
  return solve(matrix, right).map((value, j) => value / lengths[j]);
}

/** Gauss' elimination with pivots from the diagonal, which normal equations allow; what has none gets 0. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]]);
  for (const [column, pivot] of rows.entries()) {
    if (pivot[column] < TINY) {
      pivot.fill(0);
      continue;
    }
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[column] / pivot[column];
      for (let k = column; k < row.length; k++) row[k] -= factor * pivot[k];
    }
  }
  return rows.map((row, i) => (row[i] === 0 ? 0 : row[right.length] / row[i]));
}
