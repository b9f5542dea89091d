/** Where operators that move values take them from: found by running them on the numbers of their elements. */
import { floatOperatorOf } from "../../../../float/index.js";
import { elements } from "../../../../graph/graph.js";
import type { Node } from "../../../../ops/node.js";
import type { Moves, Source } from "../../backend/moved.js";

/** Float32 counts so far one by one. */
const COUNTABLE = 2 ** 24;

/** What an operator's sources are, and the moves that make each output of them. */
export interface MovesOf {
  /** Positions among the inputs. */
  readonly positions: readonly number[];
  readonly outputs: readonly Moves[];
}

/**
 * The moves of an operator, from all float32 inputs but those at the positions `fixed`. Numbers count from 1 over all of its inputs together, and turn negative in a second run: what does not
 * follow is a constant that the operator puts there, such as padding.
 */
export function movesOf(node: Node, fixed: readonly number[]): MovesOf {
  const { inputs, outputs } = node.op;
  const positions = [...inputs.keys()].filter(
    (i) => node.optional(i)?.dtype === "float32" && !fixed.includes(i),
  );
  const lengths = positions.map((i) => elements(node.input(i).shape));
  const ends = lengths.map((_, i) => lengths.slice(0, i + 1).reduce((a, b) => a + b, 0));
  if (ends.at(-1)! >= COUNTABLE) node.refuse("too-large-to-train", { elements: ends.at(-1)! });
  const [numbered, negative] = [1, -1].map((sign) => {
    const values = inputs.map((_, i) => {
      const source = positions.indexOf(i);
      if (source < 0) return undefined;
      const start = ends[source] - lengths[source] + 1;
      return Float32Array.from({ length: lengths[source] }, (_, at) => sign * (start + at));
    });
    return floatOperatorOf(node.op)!.run(node, values);
  });
  return {
    positions,
    outputs: outputs.map((_, i) => {
      const constant = numbered[i].map((value, at) => (Object.is(value, negative[i][at]) ? 1 : 0));
      const from = Array.from(numbered[i], (value, at) => (constant[at] ? -1 : value - 1));
      return {
        shape: node.output(i).shape.slice(1),
        background: numbered[i].map((value, at) => (constant[at] ? value : 0)),
        sources: lengths.map((length, source) => ({
          length,
          batched: !node.input(positions[source]).data,
          runs: runsOf(from, ends[source] - length, ends[source]),
        })),
      };
    }),
  };
}

/** The runs of neighbours that stay neighbours, of those elements that come from between two numbers. */
function runsOf(from: readonly number[], start: number, end: number): Source["runs"] {
  const runs: [number, number, number][] = [];
  for (const [to, number] of from.entries()) {
    if (number < start || number >= end) continue;
    const last = runs.at(-1);
    if (last && last[0] + last[2] === number - start && last[1] + last[2] === to) last[2]++;
    else runs.push([number - start, to, 1]);
  }
  return runs;
}

/** Whether an output is its only source as it is. */
export function isCopy({ background, sources }: Moves): boolean {
  const [source, ...others] = sources;
  const [[from, to, length] = [-1]] = source.runs;
  return (
    others.length === 0 &&
    source.batched &&
    from === 0 &&
    to === 0 &&
    length === background.length &&
    length === source.length
  );
}
