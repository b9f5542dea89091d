/** Hues, in degrees, of the operators that take most of the time; all others share one. */
const hues: Readonly<Record<string, number>> = {
  CONV_2D: 212,
  DEPTHWISE_CONV_2D: 174,
  FULLY_CONNECTED: 262,
  AVERAGE_POOL_2D: 96,
  MAX_POOL_2D: 96,
  MEAN: 96,
  ADD: 60,
  MUL: 60,
  SUB: 60,
  SOFTMAX: 330,
  LOGISTIC: 330,
};

const OTHER = 16;

/** The hue in which an operator is drawn. */
export function colourOf(kind: string): number {
  return hues[kind] ?? OTHER;
}
