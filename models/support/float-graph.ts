/** A trained network as a float graph: TFLite's operators, weights in TFLite's order. */
import type * as tf from "@tensorflow/tfjs";
import { transpose } from "@tensorflow/tfjs";
import type { Graph, Tensor, TensorId } from "../../codegen/graph/graph.js";
import type { AttributesOf, Op, OpKind } from "../../codegen/graph/op.js";
import { BatchNormalization } from "./batch-normalization.js";

/**
 * The graph of a network with one input, batch normalization as MUL and ADD.
 *
 * @throws Error for layers that it does not know
 */
export function floatGraph(name: string, network: tf.LayersModel): Graph {
  const builder = new Builder(name, network.inputs[0]);
  for (const layer of network.layers) builder.layer(layer);
  return builder.graph();
}

/** The dimensions of TFLite's weights as indexes of those of TensorFlow.js: OHWI or 1HWC of HWIO or HWC1, and [outputs, inputs]. */
const WINDOW_ORDER = [3, 0, 1, 2];
const DENSE_ORDER = [1, 0];

class Builder {
  private readonly tensors: Tensor[] = [];
  private readonly ops: Op[] = [];
  /** What holds the outputs of layers, by the number that TensorFlow.js gives them. */
  private readonly outputs = new Map<number, TensorId>();
  private readonly input: TensorId;

  constructor(
    private readonly name: string,
    image: tf.SymbolicTensor,
  ) {
    this.input = this.tensor("image", [1, ...(image.shape.slice(1) as number[])]);
    this.outputs.set(image.id, this.input);
  }

  graph(): Graph {
    const [output] = this.ops[this.ops.length - 1].outputs;
    const { name, tensors, ops, input } = this;
    return { name, tensors, ops, inputs: [input], outputs: [output], variables: [] };
  }

  layer(layer: tf.layers.Layer): void {
    const kind = layer.getClassName();
    const output = layer.output as tf.SymbolicTensor;
    if (kind === "InputLayer") return;
    const inputs = [layer.input].flat().map(({ id }) => this.outputs.get(id)!);
    this.outputs.set(output.id, this.operators(layer, kind, inputs));
  }

  /** @returns the output of the last of a layer's operators */
  private operators(layer: tf.layers.Layer, kind: string, inputs: readonly TensorId[]): TensorId {
    const shape = [1, ...((layer.outputShape as tf.Shape).slice(1) as number[])];
    const { name } = layer;
    switch (kind) {
      case "Dropout":
        return inputs[0];
      case "Conv2D":
        return this.op(
          name,
          "CONV_2D",
          window(layer),
          [...inputs, ...this.weights(layer, WINDOW_ORDER)],
          shape,
        );
      case "DepthwiseConv2D": {
        const attributes = { ...window(layer), depthMultiplier: 1 };
        const weights = this.weights(layer, WINDOW_ORDER);
        return this.op(name, "DEPTHWISE_CONV_2D", attributes, [...inputs, ...weights], shape);
      }
      case "Dense": {
        const attributes = { activation: "NONE", keepDims: false } as const;
        const weights = this.weights(layer, DENSE_ORDER);
        return this.op(name, "FULLY_CONNECTED", attributes, [...inputs, ...weights], shape);
      }
      case BatchNormalization.className: {
        const { factor, addend } = (layer as BatchNormalization).affine();
        const [by, plus] = [this.constant(`${name}/factor`, factor), this.constant(`${name}/addend`, addend)];
        const scaled = this.op(`${name}/mul`, "MUL", { activation: "NONE" }, [...inputs, by], shape);
        return this.op(name, "ADD", { activation: "NONE" }, [scaled, plus], shape);
      }
      case "Add":
        return this.op(name, "ADD", { activation: "NONE" }, inputs, shape);
      case "ReLU":
        return this.op(name, "RELU", {}, inputs, shape);
      case "GlobalAveragePooling2D": {
        const axes = this.indexes(`${name}/axes`, [1, 2]);
        return this.op(name, "MEAN", { keepDims: false }, [...inputs, axes], shape);
      }
      case "Flatten":
        return this.op(name, "RESHAPE", { newShape: shape }, inputs, shape);
      case "Softmax":
        return this.op(name, "SOFTMAX", { beta: 1 }, inputs, shape);
      default:
        throw new Error(`A ${kind} has no operator here`);
    }
  }

  private op<K extends OpKind>(
    name: string,
    kind: K,
    attributes: AttributesOf<K>,
    inputs: readonly (TensorId | null)[],
    shape: readonly number[],
  ): TensorId {
    const output = this.tensor(name, shape);
    this.ops.push({ kind, name, attributes, inputs, outputs: [output] } as unknown as Op);
    return output;
  }

  /** A layer's weights, and its bias if it has one. */
  private weights(layer: tf.layers.Layer, order: readonly number[]): TensorId[] {
    const [kernel, bias] = layer.getWeights();
    const turned = transpose(kernel, [...order]);
    const weights = this.constant(
      `${layer.name}/weights`,
      turned.dataSync() as Float32Array,
      order.map((dimension) => kernel.shape[dimension]),
    );
    turned.dispose();
    return bias ? [weights, this.constant(`${layer.name}/bias`, bias.dataSync() as Float32Array)] : [weights];
  }

  private constant(name: string, values: Float32Array, shape: readonly number[] = [values.length]): TensorId {
    return this.tensors.push({ name, shape, dtype: "float32", data: bytesOf(values) }) - 1;
  }

  private indexes(name: string, values: readonly number[]): TensorId {
    const data = bytesOf(Int32Array.from(values));
    return this.tensors.push({ name, shape: [values.length], dtype: "int32", data }) - 1;
  }

  private tensor(name: string, shape: readonly number[]): TensorId {
    return this.tensors.push({ name, shape, dtype: "float32" }) - 1;
  }
}

/** A copy: TensorFlow.js may keep the array. */
function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Int32Array): Uint8Array {
  return new Uint8Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

function window(layer: tf.layers.Layer) {
  const { strides, activation } = layer.getConfig() as { strides: [number, number]; activation: string };
  return {
    strideHeight: strides[0],
    strideWidth: strides[1],
    dilationHeight: 1,
    dilationWidth: 1,
    padding: "SAME",
    activation: activation === "relu" ? "RELU" : "NONE",
  } as const;
}
