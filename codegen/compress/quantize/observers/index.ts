/** Every way to find a tensor's range, by name. */
import { Entropy } from "./entropy.js";
import { MeanSquaredError } from "./mean-squared-error.js";
import { MinMax } from "./min-max.js";
import { MovingAverage } from "./moving-average.js";
import type { Observer } from "./observer.js";
import { Percentile } from "./percentile.js";

export const OBSERVERS = {
  "min-max": MinMax,
  "moving-average": MovingAverage,
  percentile: Percentile,
  mse: MeanSquaredError,
  entropy: Entropy,
} as const satisfies Readonly<Record<string, new () => Observer>>;

export type ObserverName = keyof typeof OBSERVERS;
