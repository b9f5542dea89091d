/** From the float network to an int8 graph: post-training quantization, one operator a layer. */
import type { Graph, Quantization, Tensor, TensorId } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { SIDE } from "./data.js";
import type { FloatLayer } from "./float-layers.js";
import { activation, perTensor, quantizeBias, quantizeWeights, type Range } from "./int8.js";

/** An input byte is pixel − 128. */
const IMAGE: Quantization = perTensor(1 / 255, -128);
/** What TFLite's SOFTMAX asks for: probabilities in 256ths. */
const PROBABILITY: Quantization = perTensor(1 / 256, -128);

/** What an operator does, without where. */
type Operation = Op extends infer O ? (O extends Op ? Pick<O, "kind" | "attributes"> : never) : never;

/**
 * The int8 graph of a float network.
 *
 * @param ranges that of each layer's output over representative images
 */
export function quantize(name: string, layers: readonly FloatLayer[], ranges: readonly Range[]): Graph {
  const tensors: Tensor[] = [];
  const ops: Op[] = [];
  const add = (tensor: Tensor): TensorId => tensors.push(tensor) - 1;
  const image = add({ name: "image", shape: [1, SIDE, SIDE, 1], dtype: "int8", quantization: IMAGE });
  let current = image;
  for (const [i, layer] of layers.entries()) {
    const source = tensors[current].quantization!;
    const constants = constantsOf(layer, source).map(add);
    const output = add({
      name: layer.name,
      shape: [1, ...layer.outputShape],
      dtype: "int8",
      quantization: outputQuantization(layer, source, ranges[i]),
    });
    const op = { name: layer.name, inputs: [current, ...constants], outputs: [output], ...operation(layer) };
    ops.push(op as Op);
    current = output;
  }
  return { name, tensors, ops, inputs: [image], outputs: [current], variables: [] };
}

function outputQuantization(layer: FloatLayer, input: Quantization, range: Range): Quantization {
  if (layer.kind === "RESHAPE") return input;
  return layer.kind === "SOFTMAX" ? PROBABILITY : activation(range);
}

function operation(layer: FloatLayer): Operation {
  switch (layer.kind) {
    case "CONV_2D":
      return { kind: layer.kind, attributes: window(layer.stride) };
    case "DEPTHWISE_CONV_2D":
      return { kind: layer.kind, attributes: { ...window(layer.stride), depthMultiplier: 1 } };
    case "FULLY_CONNECTED":
      return { kind: layer.kind, attributes: { activation: "NONE", keepDims: false } };
    case "RESHAPE":
      return { kind: layer.kind, attributes: { newShape: [1, ...layer.outputShape] } };
    case "SOFTMAX":
      return { kind: layer.kind, attributes: { beta: 1 } };
  }
}

function window(stride: number) {
  return {
    strideHeight: stride,
    strideWidth: stride,
    dilationHeight: 1,
    dilationWidth: 1,
    padding: "SAME",
    activation: "RELU",
  } as const;
}

/** The dimension of each kind's weights that gets one scale an index. */
const CHANNEL_AXIS = { CONV_2D: 0, DEPTHWISE_CONV_2D: 3, FULLY_CONNECTED: null };

/** The weights and biases of a layer that has them. */
function constantsOf(layer: FloatLayer, input: Quantization): Tensor[] {
  if (!("weights" in layer)) return [];
  const weights = quantizeWeights(layer.weights, layer.weightsShape, CHANNEL_AXIS[layer.kind]);
  const bias = quantizeBias(layer.bias, input, weights.quantization);
  return [
    {
      name: `${layer.name}/weights`,
      shape: layer.weightsShape,
      dtype: "int8",
      quantization: weights.quantization,
      data: new Uint8Array(weights.data.buffer),
    },
    {
      name: `${layer.name}/bias`,
      shape: [layer.bias.length],
      dtype: "int32",
      quantization: bias.quantization,
      data: new Uint8Array(bias.data.buffer),
    },
  ];
}
