import type { Graph, Quantization, Tensor, TensorId } from "../../graph/graph.js";
import { arranged, numbers } from "../../import/onnx/constant.js";
import type { Layout } from "../../import/onnx/layout.js";
import type * as schema from "../../import/onnx/schema.js";
import { refuse, tensorPlace } from "../../problems/problem.js";
import { type Attributes, integer, integers, nodeDraft, type TensorType, tensorDraft } from "./drafts.js";

/** From images with channels last to those with channels first, and back. */
const TO_FIRST = [0, 3, 1, 2];
const TO_LAST = [0, 2, 3, 1];

/** What can be quantized, and what can be stored. */
const ACTIVATIONS = ["int8", "uint8", "int16"] as const;
const CONSTANTS = [...ACTIVATIONS, "int32"] as const;

/**
 * Gathers the nodes and initializers of a file. A tensor of the graph is a value of its name and type; operators take it
 * dequantized and give what is quantized then, so that QuantizeLinear and DequantizeLinear are around each of them.
 */
export class OnnxWriter {
  readonly nodes: schema.NodeDraft[] = [];
  readonly initializers: schema.TensorDraft[] = [];
  private readonly names: readonly string[];
  private readonly taken = new Set<string>();
  private readonly made = new Map<string, string>();

  constructor(readonly graph: Graph) {
    this.names = graph.tensors.map(({ name }, id) => this.unique(name || `tensor ${id}`));
  }

  /** The value that a tensor is. */
  name(id: TensorId): string {
    return this.names[id];
  }

  /** Adds a node with one output, and names that. */
  node(opType: string, inputs: readonly string[], attributes: Attributes = {}, output?: string): string {
    const name = output ?? this.unique(`${inputs[0]}/${opType}`);
    this.nodes.push(nodeDraft(opType, inputs, [name], attributes));
    return name;
  }

  /** Adds a node that cuts its input in parts, and names those. */
  split(inputs: readonly string[], attributes: Attributes, count: number): string[] {
    const names = Array.from({ length: count }, (_, i) => this.unique(`${inputs[0]}/part-${i}`));
    this.nodes.push(nodeDraft("Split", inputs, names, attributes));
    return names;
  }

  constant(role: string, dims: readonly number[], values: ArrayLike<number>, type: TensorType): string {
    const name = this.unique(role);
    this.initializers.push(tensorDraft(name, dims, values, type));
    return name;
  }

  longs(role: string, values: readonly number[]): string {
    return this.constant(role, [values.length], values, "int64");
  }

  /** A tensor in float32: dequantized, where it is quantized; a constant as it is stored. */
  real(id: TensorId): string {
    const tensor = this.graph.tensors[id];
    return this.once(`${id} real`, () => {
      if (tensor.data) return this.weights(id, { axes: tensor.shape.map((_, axis) => axis) });
      if (tensor.quantization) return this.dequantized(this.name(id), tensor);
      this.requireFloat(id);
      return this.name(id);
    });
  }

  /** An image in float32, with channels first. Where it is quantized, it is the quantized values that are moved. */
  image(id: TensorId): string {
    const tensor = this.graph.tensors[id];
    return this.once(`${id} image`, () => {
      const moved = this.node("Transpose", [this.name(id)], { perm: integers(TO_FIRST) });
      return tensor.quantization ? this.dequantized(moved, tensor) : moved;
    });
  }

  /** A constant tensor with its axes where a layout wants them, in float32. */
  weights(id: TensorId, layout: Layout): string {
    const tensor = this.graph.tensors[id];
    const { data } = tensor;
    if (!data) refuse("onnx-export-type", { type: "a computed tensor as weights" }, tensorPlace(id, tensor));
    return this.known(id, arranged({ ...tensor, data }, layout));
  }

  /** What a constant tensor has become, in float32: where it is quantized, its integers are stored. */
  known(id: TensorId, constant: Omit<Tensor, "name">): string {
    const { shape, dtype, quantization, data = new Uint8Array() } = constant;
    const values = numbers({ shape, dtype, data });
    if (!quantization) return this.constant(this.name(id), shape, values, "float32");
    const stored = this.constant(this.name(id), shape, values, this.typeOf(id, dtype, CONSTANTS));
    return this.dequantized(stored, { dtype, quantization });
  }

  /** Ends an operator whose result, in float32, is the value of a tensor. */
  store(id: TensorId, result: string): void {
    const { quantization } = this.graph.tensors[id];
    if (quantization) return void this.quantized(result, id, quantization, this.name(id));
    this.requireFloat(id);
    this.node("Identity", [result], {}, this.name(id));
  }

  /** The same for an image with channels first. */
  storeImage(id: TensorId, result: string): void {
    const { quantization } = this.graph.tensors[id];
    const first = quantization
      ? this.quantized(result, id, quantization, this.unique(`${this.name(id)}/nchw`))
      : result;
    this.node("Transpose", [first], { perm: integers(TO_LAST) }, this.name(id));
  }

  /** A tensor quantized out of float32, under a name. */
  quantized(from: string, id: TensorId, quantization: Quantization, name: string): string {
    const type = this.typeOf(id, this.graph.tensors[id].dtype, ACTIVATIONS);
    return this.node("QuantizeLinear", [from, ...this.parameters(name, quantization, type)], {}, name);
  }

  /** What is quantized as a tensor is, in float32. */
  dequantized(
    from: string,
    { quantization, dtype }: Pick<Tensor, "quantization" | "dtype">,
    name?: string,
  ): string {
    const given = quantization!;
    const parameters = this.parameters(from, given, dtype as TensorType);
    const axis = given.scales.length > 1 ? { axis: integer(given.axis) } : {};
    return this.node("DequantizeLinear", [from, ...parameters], axis, name);
  }

  /** The type of a tensor; refuses one that is not supported where it stands. */
  typeOf(id: TensorId, dtype: string, supported: readonly TensorType[]): TensorType {
    const type = supported.find((it) => it === dtype);
    return type ?? refuse("onnx-export-type", { type: dtype }, tensorPlace(id, this.graph.tensors[id]));
  }

  /** Refuses what is neither quantized nor real: indexes that are computed. */
  private requireFloat(id: TensorId): void {
    const tensor = this.graph.tensors[id];
    if (tensor.dtype !== "float32")
      refuse("onnx-export-type", { type: tensor.dtype }, tensorPlace(id, tensor));
  }

  private parameters(base: string, { scales, zeroPoints }: Quantization, type: TensorType): string[] {
    const dims = scales.length > 1 ? [scales.length] : [];
    return [
      this.constant(`${base}/scale`, dims, scales, "float32"),
      this.constant(`${base}/zero-point`, dims, zeroPoints, type),
    ];
  }

  private once(key: string, make: () => string): string {
    const name = this.made.get(key) ?? make();
    this.made.set(key, name);
    return name;
  }

  private unique(name: string): string {
    let unique = name;
    for (let i = 1; this.taken.has(unique); i++) unique = `${name}#${i}`;
    this.taken.add(unique);
    return unique;
  }
}
