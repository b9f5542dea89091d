import { mean as meanOver, reshape } from "@tensorflow/tfjs-core";
import { axes, type MeanAttributes } from "../../../../ops/mean.js";
import type { DifferentiableOperator } from "../operator.js";

/** The mean over some axes of each sample: the batch of 1 is no average. */
export const mean: DifferentiableOperator<MeanAttributes> = {
  kind: "MEAN",
  prepare(node) {
    const over = [...axes(node)].filter((axis) => axis !== 0);
    const shape = node.output().shape.slice(1);
    return ([x], samples) => [reshape(over.length > 0 ? meanOver(x!, over) : x!, [samples, ...shape])];
  },
};
