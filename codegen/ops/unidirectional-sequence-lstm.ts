import { type LstmLayer, lstm } from "../../runtime/lstm.js";
import type { Multiplier } from "../arithmetic/multiplier.js";
import { sigmoidTable } from "../arithmetic/sigmoid-table.js";
import type { Node } from "./node.js";
import { bytes, kernel, type Operator, tensor, variable, words } from "./operator.js";
import { multiplierOf } from "./support/factor.js";
import { absoluteRowSums } from "./support/sums.js";
import { cut } from "./support/tiles.js";

export interface LstmAttributes {
  /** Of the cell gate. */
  readonly activation: "NONE" | "TANH";
  /** Bound of the real cell state; 0 for none. */
  readonly cellClip: number;
  /** The first dimension is time, the second one batches; else the other way round. */
  readonly timeMajor: boolean;
  /** Recurrent weights are diagonals. */
  readonly diagonalRecurrentTensors: boolean;
}

/** Inputs by position (micro/kernels/lstm_shared.h); gates in the order in which kernels have them. */
const INPUT = 0;
export const GATES = [
  { gate: "the forget gate", input: 2, recurrent: 6, bias: 13 },
  { gate: "the input gate", input: 1, recurrent: 5, bias: 12 },
  { gate: "the cell gate", input: 3, recurrent: 7, bias: 14 },
  { gate: "the output gate", input: 4, recurrent: 8, bias: 15 },
] as const;
export const [HIDDEN, CELL] = [18, 19] as const;
const INPUTS = 24;

/** What TFLM lacks. */
const ABSENT = [
  { role: "peephole weights", positions: [9, 10, 11] },
  { role: "a projection", positions: [16, 17] },
  { role: "layer normalization", positions: [20, 21, 22, 23] },
];

/** Scales of what sigmoid and tanh are of, and of what they give. */
const GATE_SCALE = 2 ** -12;
const ACTIVATED_SCALE = 2 ** -15;

/** Cell states between these powers of two keep the argument of tanh inside int32. */
const [LEAST_POWER, MOST_POWER] = [-40, 2];

/** Iterations of a multiply-accumulate that a cell takes beside its products. */
const WORK = 60;

/** The sizes of what an LSTM works on. */
export function sizes(node: Node<LstmAttributes>) {
  const [first, second, inputDepth] = node.input(INPUT).shape;
  const [batches, times] = node.attributes.timeMajor ? [second, first] : [first, second];
  return { batches, times, inputDepth, cells: node.input(GATES[0].input).shape[0] };
}

/** A dense layer's multiplier, its product of scales in float32; refuses sums that could leave int32. */
function sumMultiplier(node: Node, activations: number, weights: number, bias?: number): Multiplier {
  const { scale, zeroPoint } = node.perTensor(node.input(activations), "the activations");
  const weightScale = node.perTensor(node.input(weights), "the weights").scale;
  const reach = Math.max(127 - zeroPoint, zeroPoint + 128);
  const biases = bias === undefined ? [] : node.integers(bias, "the bias");
  const bounds = absoluteRowSums(node, weights, "the weights").map(
    (sum, row) => sum * reach + Math.abs(biases[row] ?? 0),
  );
  const bound = Math.max(...bounds);
  if (bound >= 2 ** 31) node.refuse("accumulator-overflow", { bound: `±${bound}` });
  return multiplierOf(node, Math.fround(scale * weightScale) / GATE_SCALE, bound);
}

/** The multipliers of each gate's two sums and of the products of gates (micro/kernels/lstm_eval_common.cc). */
function multipliers(node: Node) {
  const cell = node.perTensor(node.input(CELL), "the cell state").scale;
  const hidden = node.perTensor(node.input(HIDDEN), "the hidden state").scale;
  const product = (factor: number) => multiplierOf(node, factor, 2 ** 30);
  return {
    gates: GATES.map(({ input, recurrent, bias }) => ({
      input: sumMultiplier(node, INPUT, input, bias),
      recurrent: sumMultiplier(node, HIDDEN, recurrent),
    })),
    keep: product((ACTIVATED_SCALE * cell) / cell),
    add: product(ACTIVATED_SCALE ** 2 / cell),
    hidden: product(ACTIVATED_SCALE ** 2 / hidden),
  };
}

/** The cell state's scale as a power of two; refuses others, which TFLM rounds to one. */
function cellPower(node: Node): number {
  const { scale } = node.perTensor(node.input(CELL), "the cell state");
  const power = Math.round(Math.log2(scale));
  if (scale !== 2 ** power || power < LEAST_POWER || power > MOST_POWER)
    node.refuse("attribute", {
      attribute: "the cell state's scale",
      value: `${scale}`,
      supported: `2^${LEAST_POWER} to 2^${MOST_POWER}`,
    });
  return power;
}

function requireShape(node: Node, position: number, role: string, ...shape: number[]): void {
  const found = node.input(position).shape;
  if (found.join() !== shape.join())
    node.refuse("shape", { why: `${role} is [${found.join(", ")}], not [${shape.join(", ")}]` });
}

/** Refuses attributes, operands and shapes that do not make an LSTM as TFLM has it, whatever their types. */
export function checkLstmShapes(node: Node<LstmAttributes>): void {
  const { activation, cellClip, diagonalRecurrentTensors } = node.attributes;
  for (const { role, positions } of ABSENT)
    if (positions.some((position) => node.optional(position)))
      node.refuse("attribute", { attribute: role, value: "present", supported: "none" });
  if (activation !== "TANH")
    node.refuse("attribute", { attribute: "the activation", value: activation, supported: "TANH" });
  if (diagonalRecurrentTensors)
    node.refuse("attribute", {
      attribute: "diagonal recurrent weights",
      value: "true",
      supported: "false",
    });
  if (!(cellClip >= 0))
    node.refuse("attribute", {
      attribute: "the cell clip",
      value: `${cellClip}`,
      supported: "0 and above",
    });
  const found = node.input(INPUT).shape.length;
  if (found !== 3) node.refuse("rank", { role: "the input", found, supported: "3" });
  const { batches, inputDepth, cells } = sizes(node);
  for (const { gate, input, recurrent, bias } of GATES) {
    requireShape(node, input, `the input weight of ${gate}`, cells, inputDepth);
    requireShape(node, recurrent, `the recurrent weight of ${gate}`, cells, cells);
    requireShape(node, bias, `the bias of ${gate}`, cells);
  }
  for (const [role, position] of Object.entries({ "the hidden state": HIDDEN, "the cell state": CELL })) {
    const length = node.input(position).shape.reduce((product, size) => product * size, 1);
    if (length !== batches * cells)
      node.refuse("shape", { why: `${role} has ${length} values where ${batches * cells} belong` });
  }
}

/** int8 activations and weights, an int16 cell state (micro/kernels/lstm_eval.h). */
export const unidirectionalSequenceLstm: Operator<LstmAttributes> = {
  kind: "UNIDIRECTIONAL_SEQUENCE_LSTM",
  inputs: [INPUTS, INPUTS],
  optional: ABSENT.flatMap(({ positions }) => positions),
  outputs: [1, 1],
  states: [HIDDEN, CELL],
  types: "int8",
  restrictions:
    "int16 cell state of a power of two; four gates with constant weights and biases; no peephole, projection or layer normalization; tanh",
  checked: "golden models, reference",

  check(node) {
    checkLstmShapes(node);
    node.requireType(node.input(INPUT), "the input", ["int8"]);
    node.requireType(node.input(HIDDEN), "the hidden state", ["int8"]);
    node.requireType(node.input(CELL), "the cell state", ["int16"]);
    node.requireType(node.output(), "the output", ["int8"]);
    for (const { gate, input, recurrent, bias } of GATES) {
      for (const position of [input, recurrent]) {
        node.requireType(node.input(position), `the weights of ${gate}`, ["int8"]);
        node.constant(position, `the weights of ${gate}`);
        const { zeroPoint } = node.perTensor(node.input(position), `the weights of ${gate}`);
        if (zeroPoint !== 0) node.refuse("weight-zero-point", { zeroPoint });
      }
      node.requireType(node.input(bias), `the bias of ${gate}`, ["int32"]);
      node.constant(bias, `the bias of ${gate}`);
    }
    node.requireZeroPoint(node.input(CELL), "the cell state");
    cellPower(node);
    multipliers(node);
  },

  infer(node) {
    const [first, second] = node.input(INPUT).shape;
    return [[first, second, sizes(node).cells]];
  },

  macs(node) {
    const { batches, times, inputDepth, cells } = sizes(node);
    return batches * times * GATES.length * cells * (inputDepth + cells);
  },

  lower(node) {
    const { name } = node.op;
    const { batches, times, inputDepth, cells } = sizes(node);
    const { timeMajor, cellClip } = node.attributes;
    const { gates, keep, add, hidden } = multipliers(node);
    const cellScale = node.perTensor(node.input(CELL), "the cell state").scale;
    const states = node.perTensor(node.input(HIDDEN), "the hidden state");
    const shift = cellPower(node) + 12;
    const outputs = batches * times * cells;
    const { perTile, tiles, work } = cut(outputs, GATES.length * (inputDepth + cells) + WORK);
    return kernel<LstmLayer>(
      { module: "lstm", kernel: lstm, layerType: "LstmLayer", tiles, work },
      {
        input: tensor(node.inputId(INPUT)),
        inputDepth,
        inputOffset: 0 - node.perTensor(node.input(INPUT), "the input").zeroPoint,
        inputWeights: GATES.map(({ gate, input }) =>
          bytes(`${name}: input weights of ${gate}`, node.constant(input, "the weights")),
        ),
        biases: GATES.map(({ gate, bias }) =>
          words(`${name}: bias of ${gate}`, node.integers(bias, "the bias")),
        ),
        inputMultipliers: gates.map(({ input }) => input.multiplier),
        inputShifts: gates.map(({ input }) => input.shift),
        hiddenWeights: GATES.map(({ gate, recurrent }) =>
          bytes(`${name}: recurrent weights of ${gate}`, node.constant(recurrent, "the weights")),
        ),
        hiddenMultipliers: gates.map(({ recurrent }) => recurrent.multiplier),
        hiddenShifts: gates.map(({ recurrent }) => recurrent.shift),
        hiddenOffset: 0 - states.zeroPoint,
        hidden: variable(node.state(HIDDEN, "the hidden state")),
        cell: variable(node.state(CELL, "the cell state"), 2),
        keepMultiplier: keep.multiplier,
        keepShift: keep.shift,
        addMultiplier: add.multiplier,
        addShift: add.shift,
        hiddenMultiplier: hidden.multiplier,
        hiddenShift: hidden.shift,
        hiddenZeroPoint: states.zeroPoint,
        cellClip: cellClip > 0 ? Math.trunc(Math.min(32767, cellClip / cellScale)) : 32768,
        tanhFactor: 3 * 2 ** Math.max(0, shift),
        tanhShift: Math.max(0, -shift),
        sigmoidTable: words("sigmoid", sigmoidTable()),
        output: tensor(node.outputId()),
        cells,
        batches,
        stepsPerBatch: timeMajor ? 1 : times,
        outputs,
        outputsPerTile: perTile,
      },
    );
  },
};
