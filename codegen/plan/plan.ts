/**
 * graph → plan: what runs in which order and in which form, and where everything lies. The emitter writes a plan down
 * and decides nothing.
 */
import type { Layer } from "../../runtime/layer.js";
import type { VariableInfo } from "../../runtime/network.js";
import type { TensorInfo } from "../../runtime/tensor.js";
import { type DType, elements, type Graph, type TensorId } from "../graph/graph.js";
import type { Op } from "../graph/op.js";
import { Node } from "../ops/node.js";
import { type Located, locate } from "../ops/place.js";
import { operatorOf } from "../ops/registry.js";
import { refuse, tensorPlace } from "../problems/problem.js";
import { type ArenaPlan, planArena } from "./arena.js";
import { chooseForm, type Form } from "./forms.js";
import { type Section, WeightsLayout } from "./weights.js";

/** One kernel call of the compiled model. */
export interface PlannedLayer {
  readonly op: Op;
  /** Position of `op` in the graph. */
  readonly opIndex: number;
  readonly form: Form;
  readonly module: string;
  readonly kernel: Layer["kernel"];
  readonly layerType: string;
  readonly tiles: number;
  /** Inner-loop iterations of the longest tile. */
  readonly work: number;
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
  readonly weights: Uint8Array;
  readonly sections: readonly Section[];
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
  readonly variables: readonly VariableInfo[];
  readonly macs: number;
}

/** Types that a model may take and give. */
export const EDGE_TYPES: readonly DType[] = ["int8", "uint8", "int32", "float32"];

/**
 * Plans a valid graph.
 *
 * @throws Refusal where an input or output is of a type that no generated model has, or an output is constant
 */
export function plan(graph: Graph): Plan {
  for (const [role, ids] of [
    ["an input", graph.inputs],
    ["an output", graph.outputs],
  ] as const)
    for (const id of ids) checkEdge(graph, id, role);
  const choices = graph.ops.map((op, opIndex) => {
    const node = new Node(graph, op);
    return { op, opIndex, macs: operatorOf(op).macs?.(node) ?? 0, ...chooseForm(node) };
  });
  const arena = planArena(
    graph,
    choices.map(({ lowering }) => lowering),
  );
  const weights = new WeightsLayout();
  const layers: PlannedLayer[] = [];
  const elided: ElidedOp[] = [];
  for (const { op, opIndex, macs, form, lowering } of choices) {
    if (lowering.form !== "kernel") {
      elided.push({ op, opIndex, reason: lowering.form });
      continue;
    }
    const { module, kernel, layerType, tiles, work } = lowering;
    let constantBytes = 0;
    const parameters = locate(lowering.parameters, {
      tensor: (id) => arena.tensors.get(id)!,
      variable: (index) => arena.variables[index],
      constant: (name, bytes) => {
        constantBytes += bytes.length;
        return weights.add(name, bytes);
      },
      constantTensor: (id) => {
        const { name, data } = graph.tensors[id];
        return data && weights.add(name, data);
      },
    });
    layers.push({
      op,
      opIndex,
      form,
      module,
      kernel,
      layerType,
      tiles,
      work,
      macs,
      constantBytes,
      parameters,
    });
  }
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
    weights: weights.bytes(),
    sections: weights.sections,
    inputs: graph.inputs.map((id) => edge(graph, arena, id)),
    outputs: graph.outputs.map((id) => edge(graph, arena, id)),
    variables,
    macs: layers.reduce((sum, layer) => sum + layer.macs, 0),
  };
}

/** A model input or output as the runtime knows it. */
function edge({ tensors }: Graph, arena: ArenaPlan, id: TensorId): TensorInfo {
  const { name, shape, dtype, quantization } = tensors[id];
  return {
    name,
    shape,
    dtype: dtype as TensorInfo["dtype"],
    scale: quantization?.scales[0] ?? 1,
    zeroPoint: quantization?.zeroPoints[0] ?? 0,
    offset: arena.tensors.get(id)!,
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
