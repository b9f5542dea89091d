import { averagePool2d16, averagePool2d as averagePool2dKernel } from "../../runtime/pool2d.js";
import type { Operator } from "./operator.js";
import { lowerPool, type PoolAttributes, pool } from "./support/pool.js";

/** The mean of what lies inside the input, rounded half away from zero (reference/integer_ops/pooling.h). */
export const averagePool2d: Operator<PoolAttributes> = {
  ...pool,
  kind: "AVERAGE_POOL_2D",
  checked: "golden models, reference",
  lower: (node) => lowerPool(node, averagePool2dKernel, averagePool2d16),
};
