/** Parameters of layers, as PyTorch names them. */
import type { Graph, Tensor, TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { POSITIONS } from "../../passes/float/weighted.js";
import { opPlace, refuse } from "../../problems/problem.js";

/** A layer's weights or bias. */
export interface Parameter {
  /** The layer's name, or its position in the graph. */
  readonly layer: string | number;
  readonly name: "weight" | "bias";
}

/** A parameter that was found. */
export interface Found {
  readonly op: Op;
  readonly id: TensorId;
  readonly tensor: Tensor;
}

/** Layers with constant weights, whatever their type: those that can be pruned. */
export function prunableLayers({ tensors, ops }: Graph): Op[] {
  return ops.filter((op) => {
    const id = parameterId(op, "weight");
    return id !== undefined && tensors[id].data !== undefined;
  });
}

/**
 * The layer of a name, or at a position.
 *
 * @throws Refusal `layer-unknown`, or `layer-without-weights`
 */
export function prunableLayer(graph: Graph, layer: string | number): Op {
  const op = typeof layer === "number" ? graph.ops[layer] : graph.ops.find(({ name }) => name === layer);
  if (!op) return refuse("layer-unknown", { name: `${layer}`, known: graph.ops.map(({ name }) => name) });
  return op.kind in POSITIONS ? op : refuse("layer-without-weights", { name: op.name });
}

/**
 * The constant that a parameter is.
 *
 * @throws Refusal `layer-unknown`, `layer-without-weights` or `parameter-missing`
 */
export function parameterOf(graph: Graph, { layer, name }: Parameter): Found {
  const op = prunableLayer(graph, layer);
  const id = parameterId(op, name);
  const tensor = id === undefined ? undefined : graph.tensors[id];
  if (id === undefined || !tensor?.data) return refuse("parameter-missing", { parameter: name }, opPlace(op));
  return { op, id, tensor };
}

/** Where a layer has its weights or bias; undefined where it has none. */
export function parameterId(op: Op, name: Parameter["name"]): TensorId | undefined {
  if (!(op.kind in POSITIONS)) return undefined;
  const { weights, bias } = POSITIONS[op.kind as keyof typeof POSITIONS];
  return op.inputs[name === "weight" ? weights : bias] ?? undefined;
}
