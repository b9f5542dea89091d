/** Which type each tensor has where it is produced, and where it is read. */
import { elementsOf } from "../../graph/elements.js";
import { elements, type Graph, type TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { CELL } from "../../ops/unidirectional-sequence-lstm.js";
import { POSITIONS } from "../../passes/float/weighted.js";
import { tryEach } from "../../problems/collector.js";
import { opPlace, refuse } from "../../problems/problem.js";
import type { Calibration } from "./calibrate.js";
import { type ActivationFormat, isFloat8, type Scheme, WEIGHT_LIMITS } from "./formats.js";
import { Groups, type NodeId } from "./groups.js";
import { cellType, isLstm, type LstmOp, requireConstants } from "./lstm.js";
import { extremes, type Range, withZero } from "./observers/observer.js";
import { fixedType, isNarrow, isQuantizable, keepsType, takesFloat8 } from "./operators.js";
import { type ActivationType, levels } from "./types.js";

/** The scheme of each operator. */
export type Schemes = (op: Op) => Scheme;

export interface Activations {
  /** The type of a float tensor that is fed or computed. */
  produced(id: TensorId): ActivationType;
  /** The type in which a model output is given: an 8-bit float becomes int8. */
  given(id: TensorId): ActivationType;
  /** As which type an operator reads the activation at a position. A QUANTIZE goes where that differs from `produced`. */
  read(op: Op, position: number): ActivationType;
  /** The type of an LSTM's cell state. */
  cell(op: LstmOp): ActivationType;
}

/**
 * Decides types by TFLite's rules: operators that move or compare elements have one type throughout, outputs of SOFTMAX,
 * LOGISTIC and TANH are fixed, and everything else follows from ranges. Operators that keep types have their input's format, those
 * without a kernel for a format int8, others that of their scheme. What goes into a model and comes out is never an 8-bit float.
 *
 * @throws Refusal `operator-not-quantized` for each operator that cannot be
 */
export function chooseActivations(graph: Graph, calibration: Calibration, schemes: Schemes): Activations {
  tryEach(graph.ops, (op) => {
    if (!isQuantizable(op.kind)) refuse("operator-not-quantized", {}, opPlace(op));
    if (isLstm(op)) requireConstants(graph, op);
  });
  const chooser = new Chooser(graph, calibration, schemes);
  for (const id of graph.inputs) chooser.feed(id);
  for (const op of graph.ops) chooser.operator(op);
  for (const op of graph.ops) chooser.coarsen(op);
  for (const id of graph.outputs) chooser.give(id);
  return chooser;
}

/** Positions of an operator's activations: float32 inputs that are no weights and no bias. */
export function activationPositions({ tensors }: Graph, op: Op): number[] {
  if (isLstm(op)) return [0];
  const { weights = -1, bias = -1 } =
    op.kind in POSITIONS ? POSITIONS[op.kind as keyof typeof POSITIONS] : {};
  return op.inputs.flatMap((id, position) =>
    id !== null && tensors[id].dtype === "float32" && position !== weights && position !== bias
      ? [position]
      : [],
  );
}

/** Sums of two tensors are computed in steps of this part of the coarser one's. */
const SUM_STEP = 2 ** -13;

/** Sums of int16 are scaled to int32: as many terms of the greatest weight must fit. */
const TERM_STEP = 2 ** -15;

class Chooser implements Activations {
  private readonly groups = new Groups();
  private readonly producers = new Map<TensorId, NodeId>();
  private readonly conversions = new Map<string, NodeId>();
  private readonly givers = new Map<TensorId, NodeId>();
  private readonly readers = new Map<Op, ReadonlyMap<number, NodeId>>();

  constructor(
    private readonly graph: Graph,
    private readonly calibration: Calibration,
    private readonly schemes: Schemes,
  ) {}

  produced(id: TensorId): ActivationType {
    return this.groups.type(this.producers.get(id)!);
  }

  read(op: Op, position: number): ActivationType {
    return this.groups.type(this.readers.get(op)!.get(position)!);
  }

  given(id: TensorId): ActivationType {
    return this.groups.type(this.givers.get(id)!);
  }

  cell(op: LstmOp): ActivationType {
    return cellType(this.calibration.get(op.inputs[CELL]!)!.range(levels("int16")));
  }

  /** A model input has the widest format that any operator has that reads it. */
  feed(id: TensorId): void {
    const readers = this.graph.ops.filter(({ inputs }) => inputs.includes(id));
    const isWide = readers.some((op) => !isNarrow(op.kind) && this.schemes(op).activations === "int16");
    const format = isWide ? "int16" : "int8";
    this.producers.set(id, this.groups.add(format, this.range(id, format)));
  }

  /** A model output. */
  give(id: TensorId): void {
    const producer = this.producers.get(id)!;
    const node = isFloat8(this.groups.format(producer)) ? this.converted(id, "int8") : producer;
    this.givers.set(id, node);
  }

  operator(op: Op): void {
    const positions = activationPositions(this.graph, op);
    const format = this.format(op, positions);
    const reads = new Map(positions.map((position) => [position, this.reader(op, position, format)]));
    for (const id of op.outputs)
      this.producers.set(id, this.groups.add(format, this.range(id, format), fixedType(op.kind, format)));
    if (keepsType(op.kind)) this.join(op, reads, format);
    this.readers.set(op, reads);
  }

  private format(op: Op, positions: readonly number[]): ActivationFormat {
    if (isNarrow(op.kind)) return "int8";
    const computed = positions.filter((position) => !this.graph.tensors[op.inputs[position]!].data);
    if (!keepsType(op.kind) || computed.length > 1) return this.schemes(op).activations;
    const format = this.groups.format(this.producers.get(op.inputs[computed[0]]!)!);
    return isFloat8(format) && !takesFloat8(op.kind) ? "int8" : format;
  }

  /** The node of what an operator reads: the tensor as it is, or converted, or its own copy of a constant. */
  private reader(op: Op, position: number, format: ActivationFormat): NodeId {
    const id = op.inputs[position]!;
    const producer = this.producers.get(id);
    if (producer === undefined) return this.groups.add(format, this.range(id, format));
    return this.groups.format(producer) === format ? producer : this.converted(id, format);
  }

  /** One node for all that read a tensor in a format that it is not produced in. */
  private converted(id: TensorId, format: ActivationFormat): NodeId {
    const key = `${id} ${format}`;
    const node = this.conversions.get(key) ?? this.groups.add(format, this.range(id, format));
    this.conversions.set(key, node);
    return node;
  }

  /** One type for all that an operator reads and makes; inputs of a fixed type beside others are converted. */
  private join(op: Op, reads: Map<number, NodeId>, format: ActivationFormat): void {
    const fixed = [...reads]
      .filter(([position]) => !this.graph.tensors[op.inputs[position]!].data)
      .map(([, node]) => this.groups.fixed(node)?.scale);
    const isAlike = fixed.every((scale) => scale === fixed[0]);
    const [first, ...others] = op.outputs.map((id) => this.producers.get(id)!);
    for (const other of others) this.groups.join(first, other);
    for (const [position, node] of reads) {
      const keeps = (isAlike || !this.groups.fixed(node)) && this.groups.canJoin(first, node);
      const joined = keeps ? node : this.groups.add(format, this.range(op.inputs[position]!, format));
      this.groups.join(first, joined);
      reads.set(position, joined);
    }
  }

  /** Keeps outputs from steps finer than those of what they are computed from: kernels could not scale to them. */
  coarsen(op: Op): void {
    const [a, b] = [...this.readers.get(op)!.values()].map((node) => this.groups.type(node).scale);
    const least = this.finest(op, a, b ?? a);
    if (least > 0) this.groups.coarsen(this.producers.get(op.outputs[0])!, least);
  }

  /** The steps in which an operator computes, from the scales of its activations; 0 for those that only move or map them. */
  private finest(op: Op, a: number, b: number): number {
    if (op.kind === "ADD" || op.kind === "SUB") return Math.max(a, b) * SUM_STEP;
    if (op.kind === "MUL") return 2 * a * b; // a product of two int16 has no bit to spare
    if (!(op.kind in POSITIONS)) return 0;
    const { weights } = POSITIONS[op.kind as keyof typeof POSITIONS];
    if (isFloat8(this.schemes(op).weights)) return 0;
    const { shape } = this.graph.tensors[op.inputs[weights]!];
    const { min, max } = this.range(op.inputs[weights]!, "int8");
    const terms = elements(shape) / (op.kind === "DEPTHWISE_CONV_2D" ? shape[3] : shape[0]);
    const step = 1 / WEIGHT_LIMITS[this.schemes(op).weights];
    return a * Math.max(-min, max) * Math.max(step, terms * TERM_STEP);
  }

  private range(id: TensorId, format: ActivationFormat): Range {
    const { data } = this.graph.tensors[id];
    if (!data) return this.calibration.get(id)!.range(levels(format));
    const { min, max } = extremes(elementsOf("float32", data) as Float32Array);
    return withZero(min, max);
  }
}
