/** A network while it is trained: what its layers compute of parameters, normalized and as if quantized. */
import { type Tensor, tensor } from "@tensorflow/tfjs-core";
import { elementsOf } from "../../graph/elements.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { refuse } from "../../problems/problem.js";
import type { Mask } from "../prune/mask.js";
import { channelIndexes } from "../prune/method.js";
import { parameterId } from "../prune/parameter.js";
import type { Activations, Schemes } from "../quantize/activations.js";
import type { Calibration } from "../quantize/calibrate.js";
import { isLowBit } from "../quantize/formats.js";
import { type Moments, momentsOf } from "./backend/batch-normalization.js";
import { type Arrays, named, ofPart } from "./checkpoint.js";
import { type Differentiable, differentiable, type Hooks } from "./differentiable/model.js";
import { fakeQuantizeActivation, fakeQuantizeWeights } from "./fake-quantize.js";
import { type TrainedLayer, trainedLayers } from "./layers.js";
import { joinMoments, Normalization } from "./normalization.js";
import type { Parameter } from "./parameter.js";
import { Ranges } from "./ranges.js";
import { MaskedWeights } from "./weights/masked.js";
import { SearchedWeights } from "./weights/searched.js";
import type { WeightSource } from "./weights/source.js";

/** Model inputs of a batch: [samples, ...shape without its first dimension]. */
export type Inputs = readonly Tensor[];
/** Values of parameters, by name. */
export type ParameterTensors = ReadonlyMap<string, Tensor>;
export type Values = ReadonlyMap<TensorId, Tensor>;

export class Student {
  readonly graph: Graph;
  readonly layers: readonly TrainedLayer[];
  readonly sources = new Map<TensorId, WeightSource>();
  readonly #model: Differentiable;
  readonly #schemes: Schemes;
  readonly #channels: ReadonlyMap<TensorId, readonly Int32Array[]>;
  readonly #normalizations = new Map<Op, Normalization>();
  #ranges: Ranges | undefined;

  /**
   * @param graph as `prepare` makes it, with `withBiases`
   * @param masks of constants, by tensor
   * @throws Refusal for graphs that are not `differentiable`, `nothing-trainable`, and masks that do not fit
   */
  constructor(graph: Graph, schemes: Schemes, masks: ReadonlyMap<TensorId, Mask>) {
    this.graph = graph;
    this.layers = trainedLayers(graph);
    this.#model = differentiable(graph);
    this.#schemes = schemes;
    this.#channels = new Map(
      this.layers.map(({ weight, channelAxis }) => [
        weight,
        channelIndexes(graph.tensors[weight].shape, channelAxis),
      ]),
    );
    for (const { op, weight, bias, channelAxis } of this.layers) {
      this.#train(weight, `${op.name}/weight`, channelAxis, masks);
      if (bias !== undefined) this.#train(bias, `${op.name}/bias`, 0, masks);
    }
    if (this.sources.size === 0) refuse("nothing-trainable", {});
    for (const id of masks.keys()) if (!this.sources.has(id)) refuse("mask-not-trained", { tensor: id });
  }

  get parameters(): Parameter[] {
    return [...this.sources.values(), ...this.#normalizations.values()].flatMap((it) => it.parameters);
  }

  /** Has weights of low-bit formats searched for, and not rounded; masks of such layers are not held. */
  search(): void {
    for (const { op, weight, channelAxis } of this.layers) {
      const { weights: format } = this.#schemes(op);
      const source = this.sources.get(weight)!;
      if (!isLowBit(format) || source instanceof SearchedWeights) continue;
      this.sources.set(weight, new SearchedWeights(source.parameters[0], channelAxis, format));
    }
  }

  /** Scales that were trained, by layer: one an output channel. */
  get weightScales(): ReadonlyMap<string, readonly number[]> {
    const scales = new Map<string, readonly number[]>();
    for (const { op, weight } of this.layers) {
      const source = this.sources.get(weight);
      if (source instanceof SearchedWeights) scales.set(op.name, Array.from(source.scales, Math.abs));
    }
    return scales;
  }

  get isNormalized(): boolean {
    return this.#normalizations.size > 0;
  }

  /** The ranges that activations are quantized by; undefined as long as they are not. */
  get calibration(): Calibration | undefined {
    return this.#ranges?.calibration;
  }

  /**
   * A forward pass for training: batch normalization has the batch's moments, and moving averages follow.
   *
   * @param isObserving whether ranges of activations follow, too
   */
  run(inputs: Inputs, parameters: ParameterTensors, isObserving: boolean): Values {
    const of = (own: readonly Parameter[]) => own.map(({ name }) => parameters.get(name)!);
    const constants = new Map(
      [...this.sources].map(([id, source]) => [id, source.read(of(source.parameters))] as const),
    );
    const linear = (op: Op, output: Tensor) => {
      const normalization = this.#normalizations.get(op);
      if (!normalization) return output;
      const [gamma, beta] = of(normalization.parameters);
      return normalization.apply(output, [gamma, this.#bias(op).read([beta])]);
    };
    return this.#model.run(inputs, this.#quantized(constants), { linear, ...this.#rounding(isObserving) });
  }

  /** What the network computes as `result` has it, as if quantized where it is trained so. */
  evaluate(inputs: Inputs): Values {
    const constants = new Map(
      [...this.#folded()].map(([id, values]) => [id, tensor(values, [...this.graph.tensors[id].shape])]),
    );
    return this.#model.run(inputs, this.#quantized(constants), this.#rounding(false));
  }

  /**
   * Gives layers batch normalization, the identity on some batches to begin with. Dense layers go without, and those that share
   * weights or a bias, since it could not be folded.
   */
  normalize(batches: readonly Inputs[]): void {
    const read = this.graph.ops.flatMap(({ inputs }) => inputs);
    const isOwn = (id: TensorId | undefined) => read.filter((it) => it === id).length === 1;
    const found = new Map<Op, Moments[]>();
    for (const { op, weight, bias } of this.layers)
      if (op.kind !== "FULLY_CONNECTED" && isOwn(weight) && isOwn(bias)) found.set(op, []);
    const linear = (op: Op, output: Tensor) => {
      found.get(op)?.push(momentsOf(output));
      return output;
    };
    for (const inputs of batches) this.#model.run(inputs, new Map(), { linear });
    for (const [op, moments] of found)
      this.#normalizations.set(op, new Normalization(op.name, joinMoments(moments)));
  }

  /** Folds batch normalization into weights and biases, by its moving averages. */
  fold(): void {
    const folded = this.#folded();
    for (const { op, weight, bias } of this.layers) {
      const normalization = this.#normalizations.get(op);
      if (!normalization) continue;
      this.sources.get(weight)!.scale(normalization.affine().factor);
      this.#bias(op).parameters[0].values.set(folded.get(bias!)!);
    }
    this.#normalizations.clear();
  }

  /** Computes as if quantized from now on. Ranges begin with what a batch shows. */
  quantize(inputs: Inputs): void {
    const ranges = new Ranges(this.graph, this.#schemes);
    for (const [id, value] of this.evaluate(inputs)) ranges.observe(id, value);
    this.#ranges = ranges;
  }

  /** The float graph with the constants as they are now, without batch normalization. */
  result(): Graph {
    const tensors = [...this.graph.tensors];
    for (const [id, values] of this.#folded())
      tensors[id] = { ...tensors[id], data: new Uint8Array(Float32Array.from(values).buffer) };
    return { ...this.graph, tensors };
  }

  save(): Arrays {
    const parts = [
      named("parameter", new Map(this.parameters.map(({ name, values }) => [name, values]))),
      ...[...this.sources].map(([id, source]) => named(`source ${id}`, source.save())),
      ...[...this.#normalizations].map(([op, it]) => named(normalizationName(this.graph, op), it.save())),
      this.#ranges ? named("range", this.#ranges.save()) : new Map(),
    ];
    return new Map(parts.flatMap((part) => [...part]));
  }

  /** Goes back to what was saved: normalized and quantized as it was then. */
  load(arrays: Arrays): void {
    for (const [id, source] of this.sources) source.load(ofPart(`source ${id}`, arrays));
    this.#normalizations.clear();
    for (const { op } of this.layers) {
      const moving = ofPart(normalizationName(this.graph, op), arrays);
      if (moving.size === 0) continue;
      const [mean, variance] = ["mean", "variance"].map((part) => Float64Array.from(moving.get(part)!));
      this.#normalizations.set(op, new Normalization(op.name, { mean, variance }));
    }
    const ranges = ofPart("range", arrays);
    this.#ranges = ranges.size > 0 ? new Ranges(this.graph, this.#schemes) : undefined;
    this.#ranges?.load(ranges);
    const values = ofPart("parameter", arrays);
    for (const parameter of this.parameters) parameter.values.set(values.get(parameter.name)!);
  }

  #train(id: TensorId, name: string, channelAxis: number, masks: ReadonlyMap<TensorId, Mask>): void {
    if (this.sources.has(id)) return; // layers may share it
    const { shape, data } = this.graph.tensors[id];
    const values = elementsOf("float32", data!) as Float32Array;
    this.sources.set(id, new MaskedWeights({ name, shape, values }, channelAxis, masks.get(id)));
  }

  /** Constants with batch normalization multiplied in. */
  #folded(): Map<TensorId, Float32Array> {
    const constants = new Map([...this.sources].map(([id, source]) => [id, source.value()]));
    for (const { op, weight, bias } of this.layers) {
      const normalization = this.#normalizations.get(op);
      if (!normalization) continue;
      const { factor, addend } = normalization.affine();
      const [weights, biases] = [constants.get(weight)!, constants.get(bias!)!];
      this.#channels.get(weight)!.forEach((indexes, c) => {
        for (const i of indexes) weights[i] *= factor[c];
        biases[c] = biases[c] * factor[c] + addend[c];
      });
      constants.set(bias!, this.#bias(op).held(biases));
    }
    return constants;
  }

  /** The bias of a layer with batch normalization: what its mask prunes stays zero, as does what would be folded into it. */
  #bias(op: Op): MaskedWeights {
    return this.sources.get(parameterId(op, "bias")!) as MaskedWeights;
  }

  /** Constants as if quantized, where the network is. */
  #quantized(constants: ReadonlyMap<TensorId, Tensor>): ReadonlyMap<TensorId, Tensor> {
    if (!this.#ranges) return constants;
    const quantized = new Map(constants);
    for (const { op, weight } of this.layers) {
      if (this.sources.get(weight)!.roundsItself) continue;
      const { weights: format } = this.#schemes(op);
      quantized.set(weight, fakeQuantizeWeights(constants.get(weight)!, format, this.#channels.get(weight)!));
    }
    return quantized;
  }

  #rounding(isObserving: boolean): Hooks {
    const ranges = this.#ranges;
    if (!ranges) return {};
    const types: Activations = ranges.types();
    const activation = (id: TensorId, value: Tensor) => {
      if (isObserving) ranges.observe(id, value);
      return fakeQuantizeActivation(value, types.produced(id));
    };
    return { activation };
  }
}

/** What a checkpoint calls it: names of layers can be beginnings of others. */
function normalizationName({ ops }: Graph, op: Op): string {
  return `normalization ${ops.indexOf(op)}`;
}
