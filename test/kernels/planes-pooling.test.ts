/** Pools in planes against the reference. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { span } from "../../codegen/graph/lanes.js";
import { evaluateKernel } from "../../codegen/kernels/generated.js";
import {
  averagePooled,
  fitAverage,
  laneWindow,
  maxPooled,
} from "../../codegen/kernels/planes/elementwise-pooling.js";
import { type Geometry, inLanes, lane } from "../../codegen/kernels/planes/geometry.js";
import { Program, type Vector } from "../../codegen/kernels/planes/program.js";
import { Node } from "../../codegen/ops/node.js";
import type { PoolAttributes } from "../../codegen/ops/support/pool.js";
import { averagePool2d, maxPool2d } from "../reference/reduction.js";
import { calculateActivationRangeQuantized } from "../reference/tensor.js";
import { activation, filling, int8Tensor, padding, quantization, size } from "../support/arbitraries.js";
import { singleOpGraph } from "../support/graph-builder.js";
import { fits } from "../support/windows.js";

const cases = fc
  .record({
    height: size(9),
    width: size(9),
    isTransposed: fc.boolean(),
    bits: fc.integer({ min: 17, max: 24 }),
    quantization,
    fill: filling,
    attributes: fc.record({
      strideHeight: size(3),
      strideWidth: size(3),
      filterHeight: size(5),
      filterWidth: size(5),
      padding,
      activation,
    }),
  })
  .filter(({ height, width, attributes }) =>
    fits([1, height, width, 1], [attributes.filterHeight, attributes.filterWidth], attributes),
  );

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;
type Write = (
  program: Program,
  node: Node<PoolAttributes>,
  geometry: Geometry,
  wanted: number[],
  statements: string[],
) => Vector | undefined;

/** Expects a pool of a plane to hold, at the positions that the strides leave, what the reference says less `least`. */
function check(
  kind: "MAX_POOL_2D" | "AVERAGE_POOL_2D",
  it: Case,
  attributes: PoolAttributes,
  least: number,
  write: Write,
): boolean {
  const { height, width, isTransposed, bits, quantization, fill } = it;
  const input = int8Tensor([1, height, width, 1], quantization, fill);
  const output = (kind === "MAX_POOL_2D" ? maxPool2d : averagePool2d)(attributes, input, quantization);
  const spec = { shape: output.shape, dtype: "int8" as const, quantization: input.quantization };
  const { values: _, ...computed } = input;
  const graph = singleOpGraph(kind, attributes, [computed], [spec]);
  const node = new Node<PoolAttributes>(graph, graph.ops[0]);
  const [rows, columns] = isTransposed ? [width, height] : [height, width];
  const geometry = {
    rows,
    columns,
    stride: columns + 4,
    bits,
    transposed: isTransposed,
    element: 8 as const,
  };
  const lanes = (strideHeight: number, strideWidth: number, outHeight: number, outWidth: number) =>
    Array.from({ length: outHeight * outWidth }, (_, i) => {
      const [y, x] = [strideHeight * Math.floor(i / outWidth), strideWidth * (i % outWidth)];
      return isTransposed ? lane(geometry, x, y) : lane(geometry, y, x);
    });
  const plane = (at: readonly number[], values: readonly number[], least: number) =>
    at.reduce((sum, lane, i) => sum | inLanes(geometry, [lane], BigInt(values[i] - least)), 0n);
  const wanted = lanes(attributes.strideHeight, attributes.strideWidth, output.shape[1], output.shape[2]);
  const program = new Program();
  const statements: string[] = [];
  const result = write(
    program,
    node,
    geometry,
    wanted.toSorted((a, b) => a - b),
    statements,
  );
  if (!result) return false;
  const text = `${program.declarations()}
export function kernel(planes) { let x, y; ${statements.join(" ")} planes[1] = ${result.text}; }`;
  const planes = [plane(lanes(1, 1, height, width), input.values, -128)];
  (evaluateKernel({ imports: new Map(), text }) as unknown as (planes: bigint[]) => void)(planes);
  expect(planes[1]).toBe(plane(wanted, output.values, least));
  return true;
}

const PLANE = (geometry: Geometry): Vector => ({ text: "planes[0]", bits: span(geometry) * geometry.bits });

it("MAX_POOL_2D, 1,500 cases", () => {
  const property = fc.property(cases, (it) => {
    const attributes = { ...it.attributes, activation: "NONE" as const };
    check("MAX_POOL_2D", it, attributes, -128, (program, node, geometry, wanted, statements) =>
      maxPooled(program, geometry, laneWindow(node, it.isTransposed), PLANE(geometry), wanted, statements),
    );
  });
  fc.assert(property, { numRuns: 1500 });
});

it("AVERAGE_POOL_2D, 1,500 cases: nearly all fit", () => {
  let fitting = 0;
  const property = fc.property(cases, (it) => {
    const { min } = calculateActivationRangeQuantized(it.attributes.activation, it.quantization);
    const isFitting = check(
      "AVERAGE_POOL_2D",
      it,
      it.attributes,
      min,
      (program, node, geometry, wanted, statements) => {
        const mean = fitAverage(node, { least: -128, most: 255 }, it.bits);
        const window = laneWindow(node, it.isTransposed);
        return mean && averagePooled(program, geometry, window, mean, PLANE(geometry), wanted, statements);
      },
    );
    if (isFitting) fitting++;
  });
  fc.assert(property, { numRuns: 1500 });
  expect(fitting).toBeGreaterThan(0.9 * 1500);
});
