import { elements } from "../../graph/graph.js";
import type { Node } from "../../ops/node.js";
import {
  checkLstmShapes,
  GATES,
  type LstmAttributes,
  sizes,
} from "../../ops/unidirectional-sequence-lstm.js";
import type { FloatInputs, FloatOperator } from "../operator.js";
import { requireFloat32 } from "../support/checks.js";

/** From states of zero: a float model has no memory of what it ran on before (micro/kernels/lstm_eval.h). */
export const unidirectionalSequenceLstm: FloatOperator<LstmAttributes> = {
  kind: "UNIDIRECTIONAL_SEQUENCE_LSTM",

  check(node) {
    requireFloat32(node);
    checkLstmShapes(node);
  },

  run: (node, inputs) => [runLstm(node, inputs)],
};

/**
 * The output of an LSTM.
 *
 * @param look is given the cell state after each time step, one value a cell
 */
export function runLstm(
  node: Node<LstmAttributes>,
  inputs: FloatInputs,
  look?: (cell: Float64Array) => void,
): Float32Array {
  const { batches, times, inputDepth, cells } = sizes(node);
  const { timeMajor, cellClip } = node.attributes;
  const bound = cellClip > 0 ? cellClip : Number.POSITIVE_INFINITY;
  const [forget, write, update, read] = GATES.map(
    ({ input, recurrent, bias }) =>
      new Gate(inputs[0]!, inputs[input]!, inputs[recurrent]!, inputs[bias]!, inputDepth, cells),
  );
  const output = new Float32Array(elements(node.output().shape));
  for (let batch = 0; batch < batches; batch++) {
    const cell = new Float64Array(cells);
    let hidden = new Float64Array(cells);
    for (let time = 0; time < times; time++) {
      const row = timeMajor ? time * batches + batch : batch * times + time;
      hidden = hidden.map((_, i) => {
        const kept = sigmoid(forget.sum(row, hidden, i)) * cell[i];
        const added = sigmoid(write.sum(row, hidden, i)) * Math.tanh(update.sum(row, hidden, i));
        cell[i] = Math.max(-bound, Math.min(bound, kept + added));
        return sigmoid(read.sum(row, hidden, i)) * Math.tanh(cell[i]);
      });
      output.set(hidden, row * cells);
      look?.(cell);
    }
  }
  return output;
}

/** One of the four gates: a dense layer on a row of the input and on the hidden state. */
class Gate {
  constructor(
    private readonly input: Float32Array,
    private readonly weights: Float32Array,
    private readonly recurrent: Float32Array,
    private readonly bias: Float32Array,
    private readonly inputDepth: number,
    private readonly cells: number,
  ) {}

  /** What cell `i` has before its activation. */
  sum(row: number, hidden: Float64Array, i: number): number {
    const { input, weights, recurrent, inputDepth, cells } = this;
    let sum = this.bias[i];
    for (let k = 0; k < inputDepth; k++) sum += input[row * inputDepth + k] * weights[i * inputDepth + k];
    for (let k = 0; k < cells; k++) sum += hidden[k] * recurrent[i * cells + k];
    return sum;
  }
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
