/** Runs random cases of one operator through the compiler and compares every element with the reference. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { DType, Quantization } from "../../codegen/graph/graph.js";
import type { AttributesOf, OpKind } from "../../codegen/graph/op.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { type Plan, plan } from "../../codegen/plan/plan.js";
import { type Code, Refusal } from "../../codegen/problems/problem.js";
import type { Result } from "../reference/tensor.js";
import { singleOpGraph, type TensorSpec } from "./graph-builder.js";
import { guarded } from "./guarded-memory.js";

/** An input: constant, or fed with its values. */
export interface Operand extends TensorSpec {
  readonly values: readonly number[];
  readonly constant?: boolean;
}

/** One operator on one set of values, and what the reference says of it. */
export interface Experiment<K extends OpKind> {
  readonly kind: K;
  readonly attributes: AttributesOf<K>;
  readonly inputs: readonly (Operand | null)[];
  readonly outputs: readonly {
    readonly dtype: DType;
    readonly quantization?: Quantization;
    readonly result: Result;
  }[];
}

/** What the compiler may refuse of a random case: factors and sums that int32 does not hold. */
const SKIPPED: readonly Code[] = ["accumulator-overflow", "multiplier-range"];

/** The most cases that may be refused before a test counts as testing nothing. */
const MOST_SKIPPED = 0.2;

const ENDS: Partial<Record<DType, readonly number[]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
};

/** The fewest cases with an element that is neither an end of its type nor zero: saturated outputs tell little. */
const LEAST_TELLING = 1 / 3;

/** Runs one experiment: the elements of every output, or undefined where the compiler refuses its numbers. */
function run<K extends OpKind>(experiment: Experiment<K>): number[][] | undefined {
  const { kind, attributes, inputs, outputs } = experiment;
  const graph = singleOpGraph(
    kind,
    attributes,
    inputs.map((input) => input && (input.constant ? input : { ...input, values: undefined })),
    outputs.map(({ dtype, quantization, result }) => ({ dtype, quantization, shape: result.shape })),
  );
  try {
    requireValid(graph);
  } catch (error) {
    if (error instanceof Refusal && error.problems.every(({ code }) => SKIPPED.includes(code)))
      return undefined;
    throw error instanceof Refusal ? new Error(JSON.stringify(error.problems)) : error;
  }
  const planned = plan(graph);
  const network = instantiate(planned);
  if (isSmall(planned)) Object.assign(network, { memory: guarded(network.memory, planned) });
  const fed = inputs.filter((input): input is Operand => input !== null && !input.constant);
  fed.forEach(({ values }, i) => {
    network.inputs[i].data.set(values);
  });
  network.run();
  return network.outputs.map(({ data }) => Array.from(data));
}

/** Guards make accesses some hundred times slower, and know those of loops only: lanes are read and written as buffers. */
function isSmall({ layers }: Plan): boolean {
  return layers.every(({ form, cost }) => form === "rolled" && cost.instructions < 350_000);
}

/** A test of `runs` random cases with a fixed seed. */
export function checkOperator<K extends OpKind, Case>(
  title: string,
  runs: number,
  cases: fc.Arbitrary<Case>,
  experimentOf: (it: Case) => Experiment<K>,
): void {
  test(`${title}: ${runs} random cases give the reference's elements`, () => {
    let skipped = 0;
    let telling = 0;
    const property = fc.property(fc.noBias(cases), (it) => {
      const experiment = experimentOf(it);
      const found = run(experiment);
      if (!found) {
        skipped++;
        return;
      }
      if (isTelling(experiment)) telling++;
      const expected = experiment.outputs.map(({ result }) => result.values.map((value) => value + 0)); // no −0
      expect(found).toEqual(expected);
    });
    fc.assert(property, { seed: 20, numRuns: runs });
    expect(skipped / runs).toBeLessThan(MOST_SKIPPED);
    expect(telling / runs).toBeGreaterThan(LEAST_TELLING);
  });
}

function isTelling<K extends OpKind>({ outputs }: Experiment<K>): boolean {
  return outputs.some(({ dtype, quantization, result }) => {
    const dull = [...(ENDS[dtype] ?? []), quantization?.zeroPoints[0] ?? 0];
    return result.values.some((value) => !dull.includes(value));
  });
}
