/** From the float graph to an int8 graph: post-training quantization, operator by operator. */
import { elementsOf } from "../../codegen/graph/elements.js";
import type { Graph, Quantization, Tensor } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { activation, perTensor, quantizeBias, quantizeWeights, type Range } from "./int8.js";

/** An input byte is pixel − 128. */
const IMAGE: Quantization = perTensor(1 / 255, -128);
/** What TFLite's SOFTMAX asks for: probabilities in 256ths. */
const PROBABILITY: Quantization = perTensor(1 / 256, -128);

/** The dimension of each kind's weights that gets one scale an index. */
const CHANNEL_AXIS: Partial<Record<Op["kind"], number>> = { CONV_2D: 0, DEPTHWISE_CONV_2D: 3 };

/**
 * The int8 graph of a float one.
 *
 * @param ranges that of each operator's output over representative images
 */
export function quantize(float: Graph, ranges: readonly Range[]): Graph {
  const tensors: Tensor[] = [...float.tensors];
  const [image] = float.inputs;
  tensors[image] = quantized(tensors[image], IMAGE);
  for (const [i, op] of float.ops.entries()) {
    const [output] = op.outputs;
    const [input, weights, bias] = op.inputs as number[];
    const source = tensors[input].quantization!;
    if (weights !== undefined) {
      tensors[weights] = quantizedWeights(tensors[weights], CHANNEL_AXIS[op.kind] ?? null);
      tensors[bias] = quantizedBias(tensors[bias], source, tensors[weights].quantization!);
    }
    tensors[output] = quantized(tensors[output], outputQuantization(op, source, ranges[i]));
  }
  return { ...float, tensors };
}

function outputQuantization({ kind }: Op, input: Quantization, range: Range): Quantization {
  if (kind === "RESHAPE") return input;
  return kind === "SOFTMAX" ? PROBABILITY : activation(range);
}

function quantized({ name, shape }: Tensor, quantization: Quantization): Tensor {
  return { name, shape, dtype: "int8", quantization };
}

function quantizedWeights({ name, shape, data }: Tensor, axis: number | null): Tensor {
  const weights = quantizeWeights(elementsOf("float32", data!) as Float32Array, shape, axis);
  return { ...quantized({ name, shape, dtype: "int8" }, weights.quantization), data: bytesOf(weights.data) };
}

function quantizedBias(bias: Tensor, input: Quantization, weights: Quantization): Tensor {
  const { name, shape, data } = bias;
  const found = quantizeBias(elementsOf("float32", data!) as Float32Array, input, weights);
  return { name, shape, dtype: "int32", quantization: found.quantization, data: bytesOf(found.data) };
}

function bytesOf({ buffer }: Int8Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer);
}
