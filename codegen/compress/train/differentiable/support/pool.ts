import type { Tensor } from "@tensorflow/tfjs-core";
import type { OpKind } from "../../../../graph/op.js";
import type { PoolAttributes } from "../../../../ops/support/pool.js";
import type { Geometry } from "../../backend/geometry.js";
import type { DifferentiableOperator } from "../operator.js";
import { geometryOf } from "./geometry.js";

/** What AVERAGE_POOL_2D and MAX_POOL_2D share. */
export function pool(
  kind: OpKind,
  pooled: (inputs: { readonly x: Tensor }, geometry: Geometry) => Tensor,
): DifferentiableOperator<PoolAttributes> {
  return {
    kind,
    prepare(node) {
      const { filterHeight, filterWidth } = node.attributes;
      const geometry = geometryOf(node, filterHeight, filterWidth);
      return ([x]) => [pooled({ x: x! }, geometry)];
    },
  };
}
