/** Convolutions and dense layers as sums of weights, whose channels can be scaled. */
import type { TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import type { Editor } from "../editor.js";

/** Where these operators have their inputs. */
export const POSITIONS = {
  CONV_2D: { input: 0, weights: 1, bias: 2 },
  DEPTHWISE_CONV_2D: { input: 0, weights: 1, bias: 2 },
  FULLY_CONNECTED: { input: 0, weights: 1, bias: 2 },
  TRANSPOSE_CONV: { input: 2, weights: 1, bias: 3 },
} as const;

/** An operator with constant weights and a constant bias, or none. */
export interface Weighted {
  readonly op: Extract<Op, { kind: keyof typeof POSITIONS }>;
  readonly input: TensorId;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  /** The output channel of each weight, and the input channel that it is multiplied with. */
  outputChannel(index: number): number;
  inputChannel(index: number): number;
}

/** An operator as Weighted; undefined where it is no such operator. */
export function weightedOf(editor: Editor, op: Op): Weighted | undefined {
  if (!isWeighted(op)) return undefined;
  const [input, weightsId, biasId] = operands(op);
  const weights = editor.floats(weightsId);
  const shape = editor.shape(weightsId);
  const channels = op.kind === "DEPTHWISE_CONV_2D" ? shape[3] : shape[0];
  const bias = biasId === null ? new Float32Array(channels) : editor.floats(biasId);
  if (!weights || !bias) return undefined;
  const common = { op, input, weights, bias };
  if (op.kind === "DEPTHWISE_CONV_2D") {
    const { depthMultiplier } = op.attributes;
    return {
      ...common,
      outputChannel: (index) => index % channels,
      inputChannel: (index) => Math.floor((index % channels) / depthMultiplier),
    };
  }
  const length = weights.length / channels;
  const depth = editor.shape(input).at(-1)!; // a dense layer may take several of the input's last dimension in one row
  return {
    ...common,
    outputChannel: (index) => Math.floor(index / length),
    inputChannel: (index) => index % depth,
  };
}

/** The operator with other weights and another bias, reading another tensor where `input` is given. */
export function reweighted(
  editor: Editor,
  { op, input }: Weighted,
  weights: Float64Array,
  bias: Float64Array,
  changes: {
    readonly input?: TensorId;
    readonly outputs?: readonly TensorId[];
    readonly activation?: string;
  } = {},
): Op {
  const [, weightsId, biasId] = operands(op);
  const { activation = op.attributes.activation, outputs = op.outputs } = changes;
  const at = POSITIONS[op.kind];
  const inputs = [...op.inputs];
  inputs[at.input] = changes.input ?? input;
  inputs[at.weights] = editor.constant(
    `${op.name}/weights`,
    editor.shape(weightsId),
    Float32Array.from(weights),
    weightsId,
  );
  inputs[at.bias] = editor.constant(`${op.name}/bias`, [bias.length], Float32Array.from(bias), biasId);
  return { ...op, inputs, outputs, attributes: { ...op.attributes, activation } } as Op;
}

function isWeighted(op: Op): op is Weighted["op"] {
  return op.kind in POSITIONS;
}

function operands({ kind, inputs }: Weighted["op"]): [TensorId, TensorId, TensorId | null] {
  const { input, weights, bias } = POSITIONS[kind];
  return [inputs[input]!, inputs[weights]!, inputs[bias] ?? null];
}
