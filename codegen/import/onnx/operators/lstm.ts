import type { TensorId } from "../../../graph/graph.js";
import { type Constant, constantOf, numbers, realValues } from "../constant.js";
import type { OnnxNode } from "../node.js";
import type { Translator } from "../translator.js";

/** Where ONNX has the rows of each gate: input, output, forget, cell. */
export const GATES = [
  { gate: "input", rows: 0, position: 1 },
  { gate: "forget", rows: 2, position: 2 },
  { gate: "cell", rows: 3, position: 3 },
  { gate: "output", rows: 1, position: 4 },
];

/** Positions of TFLite's UNIDIRECTIONAL_SEQUENCE_LSTM: recurrent weights and biases come this far after the weights. */
export const RECURRENT = 4;
export const BIAS = 11;
const [HIDDEN, CELL, INPUTS] = [18, 19, 24];

/**
 * LSTM in one direction, from states of zero, with sigmoid and tanh. Its states are variables of the graph: on a board they
 * go on from run to run until they are reset.
 */
export const lstm: Translator = {
  translate(node) {
    refuseOthers(node);
    if (node.target) node.refuse("onnx-quantization", { why: "an LSTM in int8" });
    const input = node.input(0);
    if (input.shape.length !== 3)
      node.refuse("rank", { role: "the input", found: input.shape.length, supported: "3" });
    const weights = node.constant(1, "the weights");
    const recurrent = node.constant(2, "the recurrent weights");
    const cells = node.attributes.int("hidden_size", recurrent.shape[2] ?? 0);
    const timeMajor = node.attributes.int("layout", 0) === 0;
    const [times, batches] = timeMajor ? input.shape : [input.shape[1], input.shape[0]];
    const depth = input.shape[2];
    requireShape(node, weights, "the weights", [1, 4 * cells, depth]);
    requireShape(node, recurrent, "the recurrent weights", [1, 4 * cells, cells]);
    const bias = node.inputs[3] ? node.constant(3, "the biases") : undefined;
    if (bias) requireShape(node, bias, "the biases", [1, 8 * cells]);

    const inputs = new Array<TensorId | null>(INPUTS).fill(null);
    inputs[0] = node.stored(input).channelsFirst();
    const given = { weights: realValues(weights), recurrent: realValues(recurrent) };
    const biases = bias ? realValues(bias) : new Float32Array(8 * cells);
    for (const { gate, rows, position } of GATES) {
      const part = (values: Float32Array, width: number) =>
        constantOf(values.subarray(rows * cells * width, (rows + 1) * cells * width), "float32", [
          cells,
          width,
        ]);
      const sums = biases
        .slice(rows * cells, (rows + 1) * cells)
        .map((value, i) => value + biases[(4 + rows) * cells + i]);
      inputs[position] = node.known(`${gate}-weights`, part(given.weights, depth));
      inputs[position + RECURRENT] = node.known(`${gate}-recurrent`, part(given.recurrent, cells));
      inputs[position + BIAS] = node.known(`${gate}-bias`, constantOf(sums, "float32", [cells]));
    }
    inputs[HIDDEN] = node.builder.state(node.name("hidden"), [batches, cells]);
    inputs[CELL] = node.builder.state(node.name("state"), [batches, cells]);
    const sequence = timeMajor ? [times, batches, cells] : [batches, times, cells];
    const attributes = {
      activation: "TANH",
      cellClip: 0,
      timeMajor,
      diagonalRecurrentTensors: false,
    } as const;
    const id = node.compute("UNIDIRECTIONAL_SEQUENCE_LSTM", attributes, inputs, sequence, "sequence");

    const all = timeMajor ? [times, 1, batches, cells] : [batches, times, 1, cells];
    const output = node.move("RESHAPE", { newShape: all }, [id], all);
    const begin = node.indexes("begin", timeMajor ? [times - 1, 0, 0] : [0, times - 1, 0]);
    const one = timeMajor ? [1, batches, cells] : [batches, 1, cells];
    const latest = node.move("SLICE", {}, [id, begin, node.indexes("size", one)], one, "last");
    return [node.first(output), node.first(latest)];
  },
};

function refuseOthers(node: OnnxNode): void {
  const { attributes } = node;
  const direction = attributes.string("direction", "forward");
  if (direction !== "forward") attributes.refuse("direction", direction, "forward");
  for (const name of ["activations", "activation_alpha", "activation_beta", "clip"])
    if (attributes.has(name)) attributes.refuse(name, "given", "sigmoid and tanh, without bounds");
  if (attributes.int("input_forget", 0) !== 0) attributes.refuse("input_forget", "1", "0");
  if (node.outputs.length > 2) attributes.refuse("the output of the cell state", "used", "Y and Y_h");
  if (node.inputs[4]) attributes.refuse("sequence_lens", "given", "sequences of one length");
  for (const [position, role] of [
    [5, "initial_h"],
    [6, "initial_c"],
  ] as const)
    if (node.inputs[position] && numbers(node.constant(position, role)).some((value) => value !== 0))
      attributes.refuse(role, "other than zero", "zeros");
  if (node.inputs[7]) attributes.refuse("peephole weights", "given", "none");
}

function requireShape(node: OnnxNode, { shape }: Constant, role: string, expected: readonly number[]): void {
  if (`${shape}` !== `${expected}`)
    node.refuse("shape", { why: `${role} are [${shape.join(", ")}], not [${expected.join(", ")}]` });
}
