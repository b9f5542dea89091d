/**
 * graph → plan: what runs in which order and in which form, and where everything lies. The emitter writes a plan down
 * and decides nothing.
 */
import type { VariableInfo } from "../../runtime/network.js";
import type { TensorInfo } from "../../runtime/tensor.js";
import type { Cost } from "../cost/cost.js";
import { byteLength, type DType, elements, type Graph, type TensorId } from "../graph/graph.js";
import type { Lanes } from "../graph/lanes.js";
import type { Op } from "../graph/op.js";
import type { KernelSource } from "../kernels/generated.js";
import { Node } from "../ops/node.js";
import type { KernelLowering } from "../ops/operator.js";
import { type Located, locate } from "../ops/place.js";
import { operatorOf } from "../ops/registry.js";
import { fusePadding } from "../passes/fuse-padding.js";
import { smallBranchesFirst } from "../passes/small-branches-first.js";
import { refuse, tensorPlace } from "../problems/problem.js";
import { type TrainingPath, trainingPath } from "../training/path.js";
import { planTraining, type TrainingPlan } from "../training/plan-training.js";
import { type ArenaPlan, planArena } from "./arena.js";
import { chooseForms } from "./choose.js";
import { MOST_LIVE, memoryOfPlan } from "./creation.js";
import { flashBytes } from "./flash.js";
import { type Alternative, type Choice, type Choices, type Form, restingBytes } from "./forms.js";
import { chooseHot, type HotLayer, type HotPlan, hotParts } from "./hot.js";
import type { PlanOptions } from "./options.js";
import type { PlanarTensor } from "./planar.js";
import { type Section, WeightsLayout } from "./weights.js";

/** Where a layer's code is: a kernel of `runtime/`, or one written for it. */
export type KernelCode =
  | Pick<KernelLowering, "module" | "kernel" | "layerType">
  | { readonly source: KernelSource };

/** One kernel call of the compiled model. */
export interface PlannedLayer {
  /** What it computes: one operator, or several of which only the last one's output is seen. */
  readonly ops: readonly Op[];
  /** Their positions in the graph. */
  readonly opIndexes: readonly number[];
  readonly form: Form;
  /** Whether it reads a copy of its weights in RAM, in which its offsets are. */
  readonly isHot?: boolean;
  readonly code: KernelCode;
  readonly tiles: number;
  readonly cost: Cost;
  /** What it was preferred to, if to anything. */
  readonly instead?: Alternative;
  /** Bytes of BigInts that wait for later layers while it runs. */
  readonly restingBytes: number;
  readonly macs: number;
  /** Bytes of this layer's constants in `weights.bin`. */
  readonly constantBytes: number;
  readonly parameters: Readonly<Record<string, Located>>;
}

/** An operator that takes no kernel, and why. */
export interface ElidedOp {
  readonly op: Op;
  readonly opIndex: number;
  readonly reason: "alias" | "nothing";
}

export interface Plan {
  readonly graph: Graph;
  readonly layers: readonly PlannedLayer[];
  readonly elided: readonly ElidedOp[];
  readonly arena: ArenaPlan;
  /** Tensors in the arena whose elements do not lie there as their shapes say: at place i the element `order[i]`. */
  readonly planar: ReadonlyMap<TensorId, PlanarTensor["order"]>;
  /** How tensors that are computed in planes would lie if they were to be sent as planes. */
  readonly lanes: ReadonlyMap<TensorId, Lanes>;
  readonly weights: Uint8Array;
  readonly sections: readonly Section[];
  /** Weights that are copied to RAM; absent where nothing was to be. */
  readonly hot?: HotPlan;
  /** What it does to learn; absent where nothing is trained. */
  readonly training?: TrainingPlan;
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly variables: readonly VariableInfo[];
  readonly macs: number;
  /** How many BigInts layers hand to each other. */
  readonly planes: number;
  /** Whether any element has 16 bits. */
  readonly hasInt16: boolean;
  /** Whether there are layers whose weights are to be replaced. */
  readonly isUpdatable: boolean;
  /** Predicted: bytecode, frozen objects and `weights.bin`, those of the runtime included. */
  readonly flashBytes: number;
}

/** Types that a model may take and give. */
export const EDGE_TYPES: readonly DType[] = ["int8", "uint8", "int16", "int32", "float32"];

/**
 * Plans a valid graph.
 *
 * @throws Refusal where an input or output is of a type that no generated model has, or an output is constant
 */
export function plan(given: Graph, options: PlanOptions = {}): Plan {
  for (const [role, ids] of [
    ["an input", given.inputs],
    ["an output", given.outputs],
  ] as const)
    for (const id of ids) checkEdge(given, id, role);
  // Tools want to see what a PAD makes, too, and all in the order of the model.
  const padded = options.observable ? given : fusePadding(given);
  const graph = options.observable ? given : smallBranchesFirst(padded);
  if (options.train) return planTrainable(graph, padded.ops, { ...options, train: options.train });
  const choices = chooseForms(graph, options);
  const planned = planChoices(choices, options);
  return options.hot ? withHotWeights(planned, choices, options) : planned;
}

/**
 * Layers that gradients flow through read their weights at run time, and leave what they make where it can be looked at.
 *
 * @param order the operators as the model has them. Gradients go through them in that order, whatever layers do: sums of gradients
 * depend on it, and stages of the model are to make the same.
 */
function planTrainable(
  graph: Graph,
  order: readonly Op[],
  options: PlanOptions & Required<Pick<PlanOptions, "train">>,
): Plan {
  const found = trainingPath(graph, options.train);
  const position = new Map(order.map((op, i) => [op, i]));
  const ops = found.ops.toSorted((a, b) => position.get(graph.ops[a])! - position.get(graph.ops[b])!);
  const path = { ...found, ops };
  const updatable = path.ops.map((op) => graph.ops[op].name);
  const choices = chooseForms(graph, { ...options, updatable });
  return planChoices(choices, { ...options, updatable }, undefined, path);
}

/** The same plan with the weights of some layers in RAM, as far as that is left. */
function withHotWeights(planned: Plan, choices: Choices, options: PlanOptions): Plan {
  const { hot, chunkBytes = Number.POSITIVE_INFINITY } = options;
  const memory = memoryOfPlan(planned);
  const left = Math.max(0, (memory.isCollected ? MOST_LIVE : 1) * chunkBytes - memory.chunkBytes);
  const bytes = Math.min(hot!.bytes, left);
  const layers = chooseHot(planned.layers, planned.weights.length, { ...hot!, bytes });
  return planChoices(choices, options, layers);
}

/**
 * Plans what was chosen for a valid graph.
 *
 * @param hot layers whose weights are to be in RAM
 * @param path what gradients flow through; weights that are trained are in RAM as well
 */
export function planChoices(
  { layers: choices, resting, planes, lanes = new Map(), graph }: Choices,
  { updatable, train }: PlanOptions = {},
  hot?: readonly HotLayer[],
  path?: TrainingPath,
): Plan {
  const arena = planArena(graph, choices, path?.kept);
  const weights = new WeightsLayout(updatable === undefined);
  const copies = new WeightsLayout(updatable === undefined);
  const origins: number[] = [];
  const layers: PlannedLayer[] = [];
  const elided: ElidedOp[] = [];
  for (const { ops: opIndexes, form, lowering, cost, instead } of choices) {
    const ops = opIndexes.map((index) => graph.ops[index]);
    if (lowering.form === "alias" || lowering.form === "nothing") {
      elided.push({ op: ops[0], opIndex: opIndexes[0], reason: lowering.form });
      continue;
    }
    let constantBytes = 0;
    const isHot =
      path?.trained.has(opIndexes[0]) || (hot?.some(({ layer }) => layer === layers.length) ?? false);
    const add = (name: string, data: Uint8Array, alignment?: number) => {
      const from = weights.add(name, data, alignment);
      if (!isHot) return from;
      const to = copies.add(name, data, alignment);
      origins[copies.sections.length - 1] ??= from;
      return to;
    };
    const parameters = locate(lowering.parameters, {
      tensor: (id) => arena.tensors.get(id)!,
      variable: (index) => arena.variables[index],
      scratch: () => arena.scratch.get(opIndexes[0])!.offset,
      constant: (name, bytes, alignment) => {
        constantBytes += bytes.length;
        return add(name, bytes, alignment);
      },
      constantTensor: (id) => {
        const { name, data } = graph.tensors[id];
        return data && add(name, data);
      },
    });
    const macs = ops.reduce((sum, op) => sum + (operatorOf(op).macs?.(new Node(graph, op)) ?? 0), 0);
    const { tiles } = lowering;
    layers.push({
      ops,
      opIndexes,
      form,
      ...(isHot && { isHot }),
      code: lowering.form === "generated" ? { source: lowering.source } : lowering,
      tiles,
      cost,
      ...(instead && { instead }),
      restingBytes: restingBytes(resting, opIndexes[0]),
      macs,
      constantBytes,
      parameters,
    });
  }
  const words = (name: string, values: readonly number[]) =>
    weights.add(name, new Uint8Array(Int32Array.from(values).buffer)) / Int32Array.BYTES_PER_ELEMENT;
  const training = path && planTraining({ graph, layers, arena, words }, path, train!);
  const variables = graph.variables.map(({ name, initial }, i) => ({
    name,
    offset: arena.variables[i],
    length: initial.length,
    initial: weights.add(`${name}: initial value`, initial),
  }));
  return {
    graph,
    layers,
    elided,
    arena,
    planar: planarTensors(graph, choices),
    lanes,
    weights: weights.bytes(),
    sections: weights.sections,
    ...((hot || path) && {
      hot: { layers: hot ?? [], bytes: copies.bytes().length, parts: hotParts(copies.sections, origins) },
    }),
    ...(training && { training }),
    inputs: graph.inputs.map((id) => edge(graph, arena, id)),
    outputs: graph.outputs.map((id) => edge(graph, arena, id)),
    variables,
    macs: layers.reduce((sum, layer) => sum + layer.macs, 0),
    planes,
    hasInt16: graph.tensors.some(({ dtype }) => dtype === "int16"),
    isUpdatable: updatable !== undefined,
    flashBytes: flashBytes(choices),
  };
}

/** Those that layers leave channel after channel, and their other shapes. */
function planarTensors({ ops }: Graph, choices: readonly Choice[]): Plan["planar"] {
  const orders = new Map(choices.flatMap(({ planar }) => (planar ? [[planar.id, planar.order]] : [])));
  for (const { kind, inputs, outputs } of ops) {
    const order = kind === "RESHAPE" ? orders.get(inputs[0] ?? -1) : undefined;
    if (order) orders.set(outputs[0], order);
  }
  return orders;
}

/** A model input or output as the runtime knows it. */
function edge({ tensors }: Graph, arena: ArenaPlan, id: TensorId): TensorInfo {
  const { name, shape, dtype, quantization, lanes } = tensors[id];
  const offset = arena.tensors.get(id)!;
  if (lanes) {
    const length = byteLength(tensors[id]);
    return { name, shape: [length], dtype: "uint8", scale: 1, zeroPoint: 0, offset, length };
  }
  return {
    name,
    shape,
    dtype: dtype as TensorInfo["dtype"],
    scale: quantization?.scales[0] ?? 1,
    zeroPoint: quantization?.zeroPoints[0] ?? 0,
    offset,
    length: elements(shape),
  };
}

function checkEdge(graph: Graph, id: TensorId, role: string): void {
  const { dtype, data } = graph.tensors[id];
  const place = tensorPlace(id, graph.tensors[id]);
  if (!EDGE_TYPES.includes(dtype))
    refuse("type-not-supported", { role, dtype, supported: EDGE_TYPES }, place);
  if (data) refuse("constant-edge", { role }, place);
}
