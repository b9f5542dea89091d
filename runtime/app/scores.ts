/** What a model's output says, in words. */

interface Scores {
  /** Its elements as real numbers. */
  dequantize(): Float32Array;
}

/**
 * The highest element: its label, or its index where it has none, and its value.
 *
 * @param labels names of the elements
 */
export function best(output: Scores, labels: readonly string[]): string {
  const values = output.dequantize();
  let at = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[at]) at = i;
  return `${labels[at] ?? at} ${values[at].toPrecision(3)}`;
}
