import * as tf from "@tensorflow/tfjs-core";
import { greater } from "./masks.js";
import { operation } from "./operation.js";

/** Bounds values. Nothing flows back from a value that is on a bound or beyond it. */
export const clamped = operation({
  name: "Clamped",
  saved: ["output"],
  run: ({ x }: { readonly x: tf.Tensor }, [low, high]: readonly [low: number, high: number]) =>
    tf.clipByValue(x, low, high),
  gradients: (slope, { output }, [low, high]) => ({
    x() {
      const flowing = Number.isFinite(low) ? tf.mul(slope, greater(output, low)) : slope;
      return Number.isFinite(high) ? tf.mul(flowing, greater(high, output)) : flowing;
    },
  }),
});
