/** The layers of a float graph whose weights are trained. */
import type { Graph, TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { POSITIONS } from "../../passes/float/weighted.js";
import { parameterId, prunableLayers } from "../prune/parameter.js";

export interface TrainedLayer {
  readonly op: Op;
  readonly weight: TensorId;
  /** Undefined where it has none. */
  readonly bias: TensorId | undefined;
  /** The dimension of the weights that has an index for each output channel. */
  readonly channelAxis: number;
}

/** Layers with constant weights, in their order. */
export function trainedLayers(graph: Graph): TrainedLayer[] {
  return prunableLayers(graph).map((op) => {
    const bias = parameterId(op, "bias");
    return {
      op,
      weight: parameterId(op, "weight")!,
      bias: bias !== undefined && graph.tensors[bias].data ? bias : undefined,
      channelAxis: op.kind === "DEPTHWISE_CONV_2D" ? 3 : 0,
    };
  });
}

/** The same graph, with a bias of zeros where a layer has none: so that there is one to train. */
export function withBiases(graph: Graph): Graph {
  const tensors = [...graph.tensors];
  const missing = new Map(
    trainedLayers(graph)
      .filter(({ op, bias }) => bias === undefined && op.inputs[biasPosition(op)] == null)
      .map(({ op, weight, channelAxis }) => {
        const channels = graph.tensors[weight].shape[channelAxis];
        const data = new Uint8Array(new Float32Array(channels).buffer);
        return [op, tensors.push({ name: `${op.name}/bias`, shape: [channels], dtype: "float32", data }) - 1];
      }),
  );
  const ops = graph.ops.map((op) => {
    const id = missing.get(op);
    if (id === undefined) return op;
    const inputs = [...op.inputs];
    inputs[biasPosition(op)] = id;
    return { ...op, inputs } as Op;
  });
  return { ...graph, tensors, ops };
}

function biasPosition({ kind }: Op): number {
  return POSITIONS[kind as keyof typeof POSITIONS].bias;
}
