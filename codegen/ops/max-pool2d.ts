import { maxPool2d16, maxPool2d as maxPool2dKernel } from "../../runtime/pool2d.js";
import type { Operator } from "./operator.js";
import { lowerPool, type PoolAttributes, pool } from "./support/pool.js";

/** The maximum of what lies inside the input (reference/integer_ops/pooling.h). */
export const maxPool2d: Operator<PoolAttributes> = {
  ...pool,
  kind: "MAX_POOL_2D",
  checked: "reference",
  lower: (node) => lowerPool(node, maxPool2dKernel, maxPool2d16),
};
