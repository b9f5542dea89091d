/**
 * The unrolled form: one expression an output, weights as integer literals over activations in local variables. No loop, no
 * index, no zero weight, and no layer boundary where small layers follow each other: for what is small or sparse.
 */
import type { Activations } from "../../cost/activity.js";
import type { Graph } from "../../graph/graph.js";
import { elements } from "../../graph/graph.js";
import { type GeneratedLowering, tensor } from "../../ops/operator.js";
import { straightBody } from "./body.js";
import { type Call, partsOf } from "./parts.js";
import { program } from "./program.js";
import { sparedBy } from "./spared.js";
import { flatten, hasSums, type Sum, sumsOf } from "./sums.js";

/** Weights in code: with more, flash and compile time are better spent on another form. */
const MOST_TAPS = 20_000;

/** Elements that layers in one function have together: XS has longer opcodes beyond, and each is a slot of its stack. */
const MOST_ELEMENTS = 240;

/**
 * One kernel for an operator, or for consecutive ones: the output of each is the only input of the next, and nobody else's.
 *
 * @param ops positions in the graph
 * @param isShared whether positions of one operator that look alike shall share their code, where each could have its own
 * @returns undefined where the form does not suit: other operators, too many weights or variables; with `isShared`, also where
 *   it is the same as without
 */
export function unrolled(
  graph: Graph,
  ops: readonly number[],
  isShared = false,
): GeneratedLowering | undefined {
  if (!ops.every((index) => hasSums(graph.ops[index]))) return undefined;
  const input = graph.ops[ops[0]].inputs[0]!;
  const results = ops.map((index) => graph.ops[index].outputs[0]);
  const together = [input, ...results].reduce((sum, id) => sum + elements(graph.tensors[id].shape), 0);
  if (ops.length > 1 && together > MOST_ELEMENTS) return undefined;
  const layers = ops.map((index) => sumsOf(graph, graph.ops[index]));
  const taps = layers.reduce((sum, { stencils }) => sum + tapsOf(stencils.flatMap(({ sums }) => sums)), 0);
  if (taps > MOST_TAPS) return undefined;
  const inputElements = elements(graph.tensors[input].shape);
  const calls = ops.length === 1 ? partsOf(layers[0], inputElements, isShared) : chain();
  if (!calls) return undefined;
  const { cost, ...kernel } = program(calls);
  const spared = (activations: Activations) => sparedBy(calls, activations.get(input)!);
  return {
    form: "generated",
    ...kernel,
    cost: calls.some(({ body }) => body.skips?.length) ? { ...cost, spared } : cost,
    parameters: { inputs: [tensor(input)], outputs: [tensor(results[results.length - 1])], constants: [] },
  };

  /** All layers as one function, their values in its variables. */
  function chain(): Call[] | undefined {
    const stages = layers.map((layer) => ({ ...layer, sums: flatten(layer) }));
    const body = straightBody(stages, {
      input: { isAligned: true, length: inputElements },
      isOutputAligned: true,
      firstOutput: 0,
    });
    return body && [{ body, places: [{ input: 0, output: 0 }] }];
  }
}

function tapsOf(sums: readonly Sum[]): number {
  return sums.reduce((sum, { taps }) => sum + taps.length, 0);
}
