import type { Activation } from "../../arithmetic/activation.js";
import type { Graph, Quantization, TensorId } from "../../graph/graph.js";
import { Collector } from "../../problems/collector.js";
import { refuse, refuseAny } from "../../problems/problem.js";
import { quote } from "../../problems/quote.js";
import { GraphBuilder } from "./builder.js";
import { readTensor } from "./constant.js";
import { type Companions, ExternalFiles } from "./external.js";
import { fold } from "./fold.js";
import { readInput } from "./inputs.js";
import { type OnnxFile, type Use, usesOf } from "./model.js";
import { OnnxNode, placeOf, type Target } from "./node.js";
import { clipBounds } from "./operators/elementwise.js";
import { translators } from "./operators/index.js";
import { dequantizeLinear, int8Quantization, quantizeLinear } from "./operators/quantization.js";
import type * as schema from "./schema.js";
import type { Value } from "./value.js";

/** Bytes of constants that may be looked at, all uses together: seconds on a slow computer. */
const MAX_WORK = 2 ** 27;

/** One pass over the nodes of a file, in their order. */
export class Translation {
  private readonly builder = new GraphBuilder();
  private readonly files: ExternalFiles;
  private readonly initializers: ReadonlyMap<string, schema.Tensor>;
  private readonly uses: ReadonlyMap<string, readonly Use[]>;
  private readonly images: ReadonlySet<string>;
  private readonly results: ReadonlySet<string>;
  private readonly values = new Map<string, Value>();
  /** Values that nodes which were refused would have made. */
  private readonly missing = new Set<string>();
  /** Activations that the operator before them applies. */
  private readonly fused = new Set<schema.Node>();
  private work = 0;

  constructor(
    private readonly file: OnnxFile,
    companions: Companions,
  ) {
    const { graph } = file;
    this.files = new ExternalFiles(companions);
    this.initializers = new Map(graph.initializer.map((tensor) => [tensor.name ?? "", tensor]));
    this.uses = usesOf(graph.node);
    this.images = imagesOf(graph.node);
    this.results = new Set(graph.output.map(({ name }) => name ?? ""));
  }

  /** @throws Refusal with what is wrong with all nodes that can be looked at */
  run(name: string): Graph {
    const { graph } = this.file;
    const collector = new Collector();
    const inputs = graph.input
      .filter((info) => !this.initializers.has(info.name ?? ""))
      .map((info) => collector.try(() => this.addInput(info)));
    refuseAny(collector.problems);
    for (const node of graph.node) {
      const known = node.input.every((input) => !this.missing.has(input));
      if (known && collector.try(() => this.translate(node))) continue;
      for (const output of node.output) this.missing.add(output);
    }
    refuseAny(collector.problems);
    const outputs = graph.output.map(({ name: output = "" }) => this.outputTensor(output));
    const { builder } = this;
    outputs.forEach((id, i) => {
      // A tensor can be several outputs, or an input too; its first name stays.
      if (outputs.indexOf(id) === i && !inputs.includes(id)) builder.rename(id, graph.output[i].name ?? "");
    });
    return {
      name,
      tensors: builder.tensors,
      ops: builder.named(),
      inputs: inputs as TensorId[],
      outputs,
      variables: builder.variables,
    };
  }

  private addInput(info: schema.ValueInfo): TensorId {
    const name = info.name ?? "";
    const { id, value } = readInput(this.builder, info, {
      isImage: this.images.has(name),
      quantization: (input) => this.inputQuantization(name, input),
    });
    this.bind(name, value);
    return id;
  }

  /** What a model input is quantized to, or has been. */
  private inputQuantization(name: string, value: Value): Quantization | undefined {
    const node = this.onlyUser(name);
    if (!node || !isQuantization(node)) return undefined;
    const parameters = node.input.slice(1).map((input) => this.lookUp(input));
    return int8Quantization(this.nodeOf(node, [value, ...parameters]));
  }

  /** The node that alone uses a value, as its first input; undefined for outputs of the model. */
  private onlyUser(name: string): schema.Node | undefined {
    const [use, ...others] = this.uses.get(name) ?? [];
    return use?.position === 0 && others.length === 0 && !this.results.has(name) ? use.node : undefined;
  }

  private translate(source: schema.Node): true {
    const inputs = source.input.map((name) => this.required(name, source));
    this.spend(inputs, source);
    const node = this.nodeOf(source, inputs, this.targetOf(source, inputs));
    const values = this.valuesOf(node);
    node.attributes.requireAllRead();
    node.outputs.forEach((name, i) => {
      if (i >= values.length) node.refuse("output-count", { found: i + 1, min: 1, max: values.length });
      if (name !== "") this.bind(name, values[i]);
    });
    return true;
  }

  private valuesOf(node: OnnxNode): readonly Value[] {
    const { opType = "" } = node.source;
    if (opType === "QuantizeLinear") return [quantizeLinear(node)];
    if (opType === "DequantizeLinear") return [dequantizeLinear(node)];
    if (this.fused.has(node.source)) {
      if (opType === "Clip") clipBounds(node); // so that they count as read
      return [node.input(0)];
    }
    const folded = fold(node);
    if (folded) {
      this.spend([folded], node.source);
      return [folded];
    }
    const translator = translators[opType] ?? node.refuse("onnx-input-computed", { role: "an input" });
    const made = translator.translate(node);
    return "shape" in made ? [made] : made;
  }

  /** What a node is to compute in int8; undefined where it computes in float32, or moves what it is given. */
  private targetOf(source: schema.Node, inputs: readonly (Value | undefined)[]): Target | undefined {
    const translator = translators[source.opType ?? ""];
    if (!translator || translator.moves) return undefined;
    const { operands = 1, joins, fuses } = translator;
    const quantized = inputs.slice(0, operands).map(quantizationOf);
    const computed = inputs.find((value) => value && !value.constant);
    if (!computed || quantized.includes(undefined)) return undefined;
    const [output] = source.output;
    const direct = this.quantizationAfter(output, computed);
    if (direct) return { quantization: direct, activation: "NONE" };
    const next = fuses && this.onlyUser(output);
    const activation = next && this.activationOf(next);
    const quantization = activation && this.quantizationAfter(next.output[0], computed);
    if (quantization) {
      this.fused.add(next);
      return { quantization, activation };
    }
    return joins && quantized[0] ? { quantization: quantized[0], activation: "NONE" } : undefined;
  }

  /** What a value is quantized to, where nothing else happens to it. */
  private quantizationAfter(name: string, like: Value): Quantization | undefined {
    const node = this.onlyUser(name);
    if (node?.opType !== "QuantizeLinear") return undefined;
    const parameters = node.input.slice(1).map((input) => this.lookUp(input));
    return int8Quantization(this.nodeOf(node, [{ shape: like.shape }, ...parameters]));
  }

  /** The activation of the graph that a node is, if operators can apply it themselves. */
  private activationOf(source: schema.Node): Activation | undefined {
    if (source.opType === "Relu") return "RELU";
    if (source.opType !== "Clip") return undefined;
    const bounds = clipBounds(
      this.nodeOf(
        source,
        source.input.map((name) => this.lookUp(name)),
      ),
    );
    return bounds[0] === 0 && bounds[1] === 6 ? "RELU6" : undefined;
  }

  private nodeOf(source: schema.Node, inputs: readonly (Value | undefined)[], target?: Target): OnnxNode {
    const { builder, files } = this;
    return new OnnxNode({ builder, files, opset: this.file.opset }, source, inputs, target);
  }

  /** The value that a node takes; undefined for an optional one that is left out. */
  private required(name: string, source: schema.Node): Value | undefined {
    if (name === "") return undefined;
    return this.lookUp(name) ?? refuse("onnx-value-unknown", { value: name }, placeOf(source));
  }

  /** A value that there is by now: initializers are read when they are first used. */
  private lookUp(name: string): Value | undefined {
    const initializer = this.values.has(name) ? undefined : this.initializers.get(name);
    if (initializer) {
      const constant = readTensor(initializer, this.files);
      this.values.set(name, { shape: constant.shape, constant });
    }
    return this.values.get(name);
  }

  private bind(name: string, value: Value): void {
    if (this.values.has(name) || this.initializers.has(name)) refuse("onnx-value-twice", { value: name });
    this.values.set(name, value);
  }

  /** Counts the bytes of constants, each time that they are looked at. */
  private spend(values: readonly (Value | undefined)[], source: schema.Node): void {
    for (const value of values) this.work += value?.constant?.data.length ?? 0;
    if (this.work > MAX_WORK) refuse("constant-work", { work: this.work, limit: MAX_WORK }, placeOf(source));
  }

  /** The tensor of a model output: with channels last where it was computed so. */
  private outputTensor(name: string): TensorId {
    const { builder } = this;
    const value = this.lookUp(name) ?? refuse("onnx-value-unknown", { value: name });
    const stored =
      value.quantized ?? value.real ?? refuse("constant-edge", { role: `output ${quote(name)}` });
    if (!stored.isLast) return stored.channelsFirst();
    const id = stored.channelsLast();
    if (value.shape.length === 4) return id;
    const shape = builder.tensors[id].shape.toSpliced(1, 1);
    return builder.emit("RESHAPE", { newShape: shape }, [id], {
      name: `${name}/nwc`,
      shape,
      type: builder.typeOf(id),
    });
  }
}

/**
 * Values that are images or sequences: operators with windows take them, or what operators over elements make of them.
 * Nodes come after those that they need, so that one walk back finds all.
 */
function imagesOf(nodes: readonly schema.Node[]): ReadonlySet<string> {
  const images = new Set<string>();
  for (const node of nodes.toReversed()) {
    const layout = isQuantization(node) ? "kept" : translators[node.opType ?? ""]?.layout;
    const reaches = layout === "image" || (layout === "kept" && node.output.some((name) => images.has(name)));
    if (reaches) for (const name of node.input) images.add(name);
  }
  return images;
}

function isQuantization({ opType = "" }: schema.Node): boolean {
  return opType === "QuantizeLinear" || opType === "DequantizeLinear";
}

/** The quantization of a value that is quantized, and of one that is computed so. */
function quantizationOf(value: Value | undefined): Quantization | undefined {
  return value?.constant?.quantization ?? value?.quantized?.quantization;
}
