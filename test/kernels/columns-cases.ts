/** Random layers for lanes over output channels, and what a way to lay lanes out makes of them. */
import fc from "fast-check";
import type { Way } from "../../codegen/kernels/columns/block.js";
import { columns } from "../../codegen/kernels/columns/index.js";
import { Node } from "../../codegen/ops/node.js";
import { padding, size } from "../support/arbitraries.js";
import { isValid } from "../support/valid.js";
import { fits } from "../support/windows.js";
import { type Experiment, elementsOf, experiment, type Numbers } from "./columns-case.js";

/** Undefined where no way suits or the compiler refuses the numbers. */
export function elementsBy(it: Experiment, ways: readonly Way[]): number[] | undefined {
  if (!isValid(it.graph)) return undefined;
  const lowering = columns(new Node(it.graph, it.graph.ops[0]), ways);
  return lowering && elementsOf(lowering, it);
}

/** @param together inputs in a word */
export function denses(numbers: fc.Arbitrary<Numbers>, together: number): fc.Arbitrary<Experiment> {
  return fc
    .record({ rows: size(2), depth: size(24), channels: size(40), numbers })
    .map(({ rows, depth, channels, numbers }) =>
      experiment([rows, together * depth], [channels, together * depth], undefined, numbers),
    );
}

/** @param together inputs in a word */
export function images(numbers: fc.Arbitrary<Numbers>, together: number): fc.Arbitrary<Experiment> {
  return fc
    .record({
      shape: fc.tuple(size(2), size(4), size(4), size(3)),
      kernel: fc.tuple(size(3), size(3)),
      channels: size(20),
      attributes: fc.record({
        strideHeight: size(3),
        strideWidth: size(3),
        dilationHeight: size(2),
        dilationWidth: size(2),
        padding,
      }),
      numbers,
    })
    .filter(({ shape, kernel, attributes }) => fits(shape, kernel, attributes))
    .map(({ shape: [batches, height, width, depth], kernel, channels, attributes, numbers }) =>
      experiment(
        [batches, height, width, together * depth],
        [channels, ...kernel, together * depth],
        attributes,
        numbers,
      ),
    );
}
