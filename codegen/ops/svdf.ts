import { type SvdfLayer, svdf as svdfKernel } from "../../runtime/svdf.js";
import type { Activation } from "../arithmetic/activation.js";
import type { Tensor } from "../graph/graph.js";
import type { Node } from "./node.js";
import { bytes, halves, kernel, type Operator, tensor, variable, words } from "./operator.js";
import { multiplierOf } from "./support/factor.js";
import { absoluteRowSums } from "./support/sums.js";
import { cut } from "./support/tiles.js";

export interface SvdfAttributes {
  /** Filters a unit. */
  readonly rank: number;
  /** TFLM's integer kernel takes no notice of it: the range of the output's type clamps. */
  readonly activation: Activation;
}

/** TFLM's tolerance between the bias's scale and that of what it is added to. */
const BIAS_TOLERANCE = 1e-5;

/** Inputs by position. */
const [INPUT, FEATURE, TIME, BIAS, STATE] = [0, 1, 2, 3, 4];

function sizes(node: Node<SvdfAttributes>) {
  const [batches, inputDepth] = node.input(INPUT).shape;
  const [filters, memory] = node.input(TIME).shape;
  return { batches, inputDepth, filters, memory, units: filters / node.attributes.rank };
}

/** Products of scales in float32, as micro/kernels/svdf_common.cc has them. */
function scales(node: Node) {
  const scale = (tensor: Tensor, role: string) => node.perTensor(tensor, role).scale;
  const state = scale(node.input(STATE), "the state");
  const input = scale(node.input(INPUT), "the input");
  const feature = scale(node.input(FEATURE), "the feature weights");
  const output = scale(node.output(), "the output");
  const summed = Math.fround(state * scale(node.input(TIME), "the time weights"));
  return {
    feature: Math.fround(Math.fround(input * feature) / state),
    summed,
    output: Math.fround(summed / output),
  };
}

function multipliers(node: Node<SvdfAttributes>) {
  const factors = scales(node);
  const { zeroPoint } = node.perTensor(node.input(INPUT), "the input");
  const reach = Math.max(127 - zeroPoint, zeroPoint + 128);
  const bound = reach * Math.max(...absoluteRowSums(node, FEATURE, "the feature weights"));
  if (bound >= 2 ** 31) node.refuse("accumulator-overflow", { bound: `±${bound}` });
  return {
    feature: multiplierOf(node, factors.feature, bound),
    output: multiplierOf(node, factors.output, 2 ** 31 - 1),
  };
}

/** Singular value decomposition filters over time: a low-rank dense layer with memory (micro/kernels/svdf_common.cc). */
export const svdf: Operator<SvdfAttributes> = {
  kind: "SVDF",
  inputs: [5, 5],
  outputs: [1, 1],
  states: [STATE],
  types: "int8",
  restrictions: "constant int8 feature weights; time weights and state both int8 or both int16; a bias",
  checked: "golden models, reference",

  check(node) {
    node.requireType(node.input(INPUT), "the input", ["int8"]);
    node.requireType(node.input(FEATURE), "the feature weights", ["int8"]);
    node.requireType(node.input(TIME), "the time weights", ["int8", "int16"]);
    node.requireType(node.input(BIAS), "the bias", ["int32"]);
    node.requireType(node.input(STATE), "the state", [node.input(TIME).dtype]);
    node.requireType(node.output(), "the output", ["int8"]);
    const { rank } = node.attributes;
    const ranks: readonly [string, number][] = [
      ["the input", INPUT],
      ["the feature weights", FEATURE],
      ["the time weights", TIME],
    ];
    for (const [role, position] of ranks) {
      const found = node.input(position).shape.length;
      if (found !== 2) node.refuse("rank", { role, found, supported: "2" });
    }
    const { batches, inputDepth, filters, memory, units } = sizes(node);
    if (!(Number.isInteger(rank) && rank > 0 && Number.isInteger(units)))
      node.refuse("attribute", {
        attribute: "the rank",
        value: `${rank}`,
        supported: `divisors of ${filters}`,
      });
    const expected: readonly [string, number, readonly number[]][] = [
      ["the feature weights are", FEATURE, [filters, inputDepth]],
      ["the bias is", BIAS, [units]],
      ["the state is", STATE, [batches, memory * filters]],
    ];
    for (const [role, position, shape] of expected)
      if (node.input(position).shape.join() !== shape.join())
        node.refuse("shape", {
          why: `${role} [${node.input(position).shape.join(", ")}], not [${shape.join(", ")}]`,
        });
    for (const position of [FEATURE, TIME]) {
      node.constant(position, "the weights");
      const { zeroPoint } = node.perTensor(node.input(position), "the weights");
      if (zeroPoint !== 0) node.refuse("weight-zero-point", { zeroPoint });
    }
    if (node.input(STATE).dtype === "int16") node.requireZeroPoint(node.input(STATE), "the state");
    node.constant(BIAS, "the bias");
    const found = node.perTensor(node.input(BIAS), "the bias").scale;
    const { summed } = scales(node);
    if (Math.abs(found - summed) >= BIAS_TOLERANCE) node.refuse("bias-scale", { found, expected: summed });
    multipliers(node);
  },

  infer(node) {
    const { batches, units } = sizes(node);
    return [[batches, units]];
  },

  macs(node) {
    const { batches, filters, inputDepth, memory } = sizes(node);
    return batches * filters * (inputDepth + memory);
  },

  lower(node) {
    const { name } = node.op;
    const { batches, inputDepth, memory, units } = sizes(node);
    const { rank } = node.attributes;
    const { feature, output } = multipliers(node);
    const outputs = batches * units;
    const { perTile, tiles, work } = cut(outputs, rank * (inputDepth + memory + 8));
    const stateBytes = node.input(STATE).dtype === "int8" ? 1 : 2;
    const weights = stateBytes === 1 ? bytes : halves;
    return kernel<SvdfLayer>(
      { module: "svdf", kernel: svdfKernel, layerType: "SvdfLayer", tiles, work },
      {
        input: tensor(node.inputId(INPUT)),
        inputDepth,
        inputZeroPoint: node.perTensor(node.input(INPUT), "the input").zeroPoint,
        featureWeights: bytes(`${name}: feature weights`, node.constant(FEATURE, "the feature weights")),
        featureMultiplier: feature.multiplier,
        featureShift: feature.shift,
        state: variable(node.state(STATE, "the state"), stateBytes),
        stateBytes,
        stateZeroPoint: node.perTensor(node.input(STATE), "the state").zeroPoint,
        memory,
        timeWeights: weights(`${name}: time weights`, node.constant(TIME, "the time weights")),
        rank,
        bias: words(`${name}: bias`, node.integers(BIAS, "the bias")),
        ...output,
        outputZeroPoint: node.perTensor(node.output(), "the output").zeroPoint,
        output: tensor(node.outputId()),
        units,
        outputs,
        outputsPerTile: perTile,
      },
    );
  },
};
