/** Values that are moved and nothing else: gradients go back the same ways. */
import type * as tf from "@tensorflow/tfjs-core";
import { elementsOf, unfilled } from "./heap.js";
import { operation } from "./operation.js";

/** Where the elements of an output come from, of one sample. */
export interface Moves {
  /** Of the output, without its batch. */
  readonly shape: readonly number[];
  readonly sources: readonly Source[];
  /** The output where no source gives anything. */
  readonly background: Float32Array;
}

/** One of the tensors that values come from. */
export interface Source {
  /** Elements of one sample. */
  readonly length: number;
  /** Whether each sample has its own. */
  readonly batched: boolean;
  /** Runs of neighbours: where they begin in the source, where in the output, and how many they are. */
  readonly runs: readonly (readonly [from: number, to: number, length: number])[];
}

interface Attributes {
  readonly moves: Moves;
  readonly samples: number;
  /** Of the inputs. */
  readonly shapes: readonly (readonly number[])[];
}

const move = operation({
  name: "Moved",
  saved: [],
  run(inputs: { readonly [position: string]: tf.Tensor }, { moves, samples }: Attributes) {
    const { shape, sources, background } = moves;
    const output = unfilled([samples, ...shape]);
    const [to] = elementsOf(output);
    const { length } = background;
    for (let sample = 0; sample < samples; sample++) to.set(background, sample * length);
    for (const [i, source] of sources.entries()) {
      const [from] = elementsOf(inputs[i]);
      eachElement(source, samples, length, (a, b) => {
        to[b] = from[a];
      });
    }
    return output;
  },
  gradients: (slope, _, { moves, samples, shapes }) =>
    Object.fromEntries(
      moves.sources.map((source, i) => [
        i,
        () => {
          const gradient = unfilled(shapes[i]);
          const [to, from] = elementsOf(gradient, slope);
          to.fill(0);
          eachElement(source, samples, moves.background.length, (a, b) => {
            to[a] += from[b];
          });
          return gradient;
        },
      ]),
    ),
});

/** @returns [samples, ...shape] */
export function moved(inputs: readonly tf.Tensor[], moves: Moves, samples: number): tf.Tensor {
  const attributes = { moves, samples, shapes: inputs.map(({ shape }) => shape) };
  return move(Object.fromEntries(inputs.entries()), attributes);
}

/** Visits each element that a source gives, as its indexes in the source and in the output. */
function eachElement(
  { length, batched, runs }: Source,
  samples: number,
  outputLength: number,
  visit: (from: number, to: number) => void,
): void {
  for (let sample = 0; sample < samples; sample++)
    for (const [from, to, count] of runs) {
      const a = from + (batched ? sample * length : 0);
      const b = to + sample * outputLength;
      for (let i = 0; i < count; i++) visit(a + i, b + i);
    }
}
