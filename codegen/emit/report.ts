/**
 * `plan.json`: the plan as data, for tools that run, trace or compare an artifact. Nothing on a board reads it.
 */
import type { VariableInfo } from "../../runtime/network.js";
import type { Resident } from "../cost/resident.js";
import { byteLength, type DType, type TensorId } from "../graph/graph.js";
import type { Lanes } from "../graph/lanes.js";
import { type Memory, memoryOfPlan } from "../plan/creation.js";
import type { Alternative } from "../plan/forms.js";
import type { HotPlan } from "../plan/hot.js";
import type { Plan } from "../plan/plan.js";
import type { Section } from "../plan/weights.js";
import { type TrainingFigures, trainingFigures } from "../training/figures.js";
import { type Structure, structureOf } from "./structure.js";

/** Raised whenever a reader of an older one would go wrong. */
export const REPORT_VERSION = 4;

export interface TensorReport {
  readonly id: TensorId;
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly scale?: number;
  readonly zeroPoint?: number;
  /** Byte offset and length in the arena. */
  readonly offset: number;
  readonly bytes: number;
  /** Of what stages of a model send one another: planes are its bytes, and not its elements in order. */
  readonly lanes?: Lanes;
  /** Index in `layers` of the layer after which the tensor is complete; −1 for model inputs. */
  readonly layer: number;
}

export interface LayerReport {
  /** Position of its first operator in the model, and what all of them are, as in `CONV_2D + ADD`. */
  readonly op: number;
  readonly kind: string;
  /** Of the last one. */
  readonly name: string;
  readonly inputs: readonly (TensorId | null)[];
  readonly outputs: readonly TensorId[];
  readonly form: string;
  readonly steps: number;
  /** Predicted instructions of one inference, collections not included, and of its longest step. */
  readonly instructions: number;
  readonly longestStep: number;
  readonly macs: number;
  readonly constantBytes: number;
  /** Predicted: bytecode, frozen objects and constants. */
  readonly flashBytes: number;
  /** What it was preferred to. */
  readonly instead?: Alternative;
}

export interface Report {
  readonly version: number;
  /** Name of the model's module and of its class. */
  readonly module: string;
  readonly model: string;
  readonly macs: number;
  readonly arenaBytes: number;
  readonly weightsBytes: number;
  /** Predicted: bytecode and frozen objects, those of the runtime included, and `weights.bin`. */
  readonly flashBytes: number;
  /** What running it is predicted to take, at most at once. */
  readonly memory: Memory;
  /** Weights that are copied to RAM, by index in `layers`, where that was asked for: what an inference saves, predicted. */
  readonly hot?: Pick<HotPlan, "layers" | "bytes" | "parts">;
  /** Where layers are trained: what that takes, predicted. */
  readonly training?: TrainingFigures;
  /** Of a mod: what its modules take of `memory`, of which nothing is in flash. */
  readonly resident?: Resident;
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
  readonly layers: readonly LayerReport[];
  /** Every tensor that lies in the arena as its shape says, in the order of the model. */
  readonly tensors: readonly TensorReport[];
  /** The others that are computed: inside a layer, or handed on in another form. */
  readonly hidden: readonly TensorId[];
  readonly variables: readonly VariableInfo[];
  readonly sections: readonly Section[];
  /** Whether there are layers whose weights are to be replaced. */
  readonly isUpdatable: boolean;
  /** What is baked into code. */
  readonly structure: Structure;
}

export function report(plan: Plan, module: string): Report {
  const { graph, arena } = plan;
  const training = trainingFigures(plan);
  return {
    version: REPORT_VERSION,
    module,
    model: graph.name,
    macs: plan.macs,
    arenaBytes: arena.bytes,
    weightsBytes: plan.weights.length,
    flashBytes: plan.flashBytes,
    memory: memoryOfPlan(plan),
    ...(plan.hot && { hot: { layers: plan.hot.layers, bytes: plan.hot.bytes, parts: plan.hot.parts } }),
    ...(training && { training }),
    inputs: graph.inputs,
    outputs: graph.outputs,
    layers: plan.layers.map((layer) => ({
      op: layer.opIndexes[0],
      kind: layer.ops.map(({ kind }) => kind).join(" + "),
      name: layer.ops[layer.ops.length - 1].name,
      inputs: layer.ops.flatMap(({ inputs }) => inputs),
      outputs: layer.ops[layer.ops.length - 1].outputs,
      form: layer.form,
      steps: layer.tiles,
      instructions: Math.round(layer.cost.instructions),
      longestStep: Math.round(layer.cost.longestStep),
      macs: layer.macs,
      constantBytes: layer.constantBytes,
      flashBytes: layer.cost.flashBytes,
      ...(layer.instead && { instead: layer.instead }),
    })),
    tensors: tensorReports(plan),
    hidden: graph.ops.flatMap(({ outputs }) => outputs).filter((id) => isHidden(plan, id)),
    variables: plan.variables,
    sections: plan.sections,
    isUpdatable: plan.isUpdatable,
    structure: structureOf(plan),
  };
}

function isHidden({ graph, arena, planar }: Plan, id: TensorId): boolean {
  const { dtype, data } = graph.tensors[id];
  return !data && dtype !== "resource" && (!arena.tensors.has(id) || planar.has(id));
}

function tensorReports(plan: Plan): TensorReport[] {
  const { graph, arena } = plan;
  const completedBy = completion(plan);
  return [...arena.tensors]
    .filter(([id]) => !plan.planar.has(id))
    .sort(([a], [b]) => a - b)
    .map(([id, offset]) => {
      const { name, dtype, shape, quantization, lanes } = graph.tensors[id];
      const affine = quantization && { scale: quantization.scales[0], zeroPoint: quantization.zeroPoints[0] };
      return {
        id,
        name,
        dtype,
        shape,
        ...affine,
        offset,
        bytes: byteLength(graph.tensors[id]),
        ...(lanes && { lanes }),
        layer: completedBy.get(id)!,
      };
    });
}

/** For each tensor the layer after which it is complete: an alias is so with the tensor it stands for. */
function completion({ graph, layers, elided }: Plan): Map<TensorId, number> {
  const completed = new Map<TensorId, number>(graph.inputs.map((id) => [id, -1]));
  const layerOf = new Map(layers.flatMap(({ opIndexes }, i) => opIndexes.map((op) => [op, i])));
  const aliases = new Set(elided.map(({ opIndex }) => opIndex));
  for (const [index, op] of graph.ops.entries())
    for (const id of op.outputs)
      completed.set(id, aliases.has(index) ? (completed.get(op.inputs[0] ?? -1) ?? -1) : layerOf.get(index)!);
  return completed;
}
