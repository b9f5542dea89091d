/** CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED as sums of weights, whose channels can be scaled. */
import type { TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import type { Editor } from "../editor.js";

/** An operator with constant weights and a constant bias, or none. */
export interface Weighted {
  readonly op: Extract<Op, { kind: "CONV_2D" | "DEPTHWISE_CONV_2D" | "FULLY_CONNECTED" }>;
  readonly input: TensorId;
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  /** The output channel of each weight, and the input channel that it is multiplied with. */
  outputChannel(index: number): number;
  inputChannel(index: number): number;
}

/** An operator as Weighted; undefined where it is no such operator. */
export function weightedOf(editor: Editor, op: Op): Weighted | undefined {
  if (op.kind !== "CONV_2D" && op.kind !== "DEPTHWISE_CONV_2D" && op.kind !== "FULLY_CONNECTED")
    return undefined;
  const [input, weightsId, biasId = null] = op.inputs;
  const weights = editor.floats(weightsId!);
  const shape = editor.shape(weightsId!);
  const channels = op.kind === "DEPTHWISE_CONV_2D" ? shape[3] : shape[0];
  const bias = biasId === null ? new Float32Array(channels) : editor.floats(biasId);
  if (!weights || !bias) return undefined;
  const common = { op, input: input!, weights, bias };
  if (op.kind === "DEPTHWISE_CONV_2D") {
    const { depthMultiplier } = op.attributes;
    return {
      ...common,
      outputChannel: (index) => index % channels,
      inputChannel: (index) => Math.floor((index % channels) / depthMultiplier),
    };
  }
  const length = weights.length / channels;
  const depth = editor.shape(input!).at(-1)!; // a dense layer may take several of the input's last dimension in one row
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
  const [, weightsId, biasId = null] = op.inputs;
  const { activation = op.attributes.activation, outputs = op.outputs } = changes;
  const inputs = [
    changes.input ?? input,
    editor.constant(`${op.name}/weights`, editor.shape(weightsId!), Float32Array.from(weights), weightsId),
    editor.constant(`${op.name}/bias`, [bias.length], Float32Array.from(bias), biasId),
  ];
  return { ...op, inputs, outputs, attributes: { ...op.attributes, activation } } as Op;
}
