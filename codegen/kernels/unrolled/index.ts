/**
 * The unrolled form: one expression an output, weights as integer literals over activations in local variables. No loop, no
 * index, no zero weight, and no layer boundary where small layers follow each other: for what is small or sparse.
 */
import type { Graph } from "../../graph/graph.js";
import { elements } from "../../graph/graph.js";
import { type GeneratedLowering, tensor } from "../../ops/operator.js";
import { straightBody } from "./body.js";
import { type Call, partsOf } from "./parts.js";
import { program } from "./program.js";
import { flatten, type Sum, sumsOf } from "./sums.js";

/** Weights in code: with more, flash and compile time are better spent on another form. */
const MOST_TAPS = 40_000;

/**
 * One kernel for an operator, or for consecutive ones: the output of each is the only input of the next, and nobody else's.
 *
 * @param ops positions in the graph
 * @returns undefined where the form does not suit: other operators, too many weights or variables
 */
export function unrolled(graph: Graph, ops: readonly number[]): GeneratedLowering | undefined {
  const layers = ops.flatMap((index) => sumsOf(graph, graph.ops[index]) ?? []);
  if (layers.length < ops.length) return undefined;
  const taps = layers.reduce((sum, { stencils }) => sum + tapsOf(stencils.flatMap(({ sums }) => sums)), 0);
  if (taps > MOST_TAPS) return undefined;
  const input = graph.ops[ops[0]].inputs[0]!;
  const output = graph.ops[ops[ops.length - 1]].outputs[0];
  const inputElements = elements(graph.tensors[input].shape);
  const calls = ops.length === 1 ? partsOf(layers[0], inputElements) : chain();
  return (
    calls && {
      form: "generated",
      ...program(calls),
      parameters: { inputs: [tensor(input)], outputs: [tensor(output)], constants: [] },
    }
  );

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
