/** An operator with weights that are to be quantized. */
import type { Graph } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { Editor } from "../../passes/editor.js";
import { POSITIONS, type Weighted, weightedOf } from "../../passes/float/weighted.js";
import type { Activations, Schemes } from "./activations.js";
import type { WeightFormat } from "./formats.js";
import type { ActivationType } from "./types.js";

export interface Layer {
  readonly op: Weighted["op"];
  readonly format: WeightFormat;
  /** Where the operator has its inputs. */
  readonly positions: { readonly input: number; readonly weights: number; readonly bias: number };
  /** The dimension of the weights that has one entry an output channel. */
  readonly channelAxis: number;
  readonly input: ActivationType;
  readonly output: ActivationType;
  /** Indexes of the weights of each output channel. */
  readonly indexes: readonly Int32Array[];
  /** The real weights of each output channel, and its bias. */
  readonly rows: readonly Float64Array[];
  readonly bias: Float64Array;
}

/** The layers of a float graph, by operator. */
export function layersOf(graph: Graph, activations: Activations, schemes: Schemes): ReadonlyMap<Op, Layer> {
  const editor = new Editor(graph);
  const layers = new Map<Op, Layer>();
  for (const op of graph.ops) {
    const weighted = weightedOf(editor, op);
    if (!weighted) continue;
    const positions = POSITIONS[weighted.op.kind];
    const indexes = indexesOf(weighted);
    layers.set(op, {
      op: weighted.op,
      format: schemes(op).weights,
      positions,
      channelAxis: op.kind === "DEPTHWISE_CONV_2D" ? 3 : 0,
      input: activations.read(op, positions.input),
      output: activations.produced(op.outputs[0]),
      indexes,
      rows: indexes.map((row) => Float64Array.from(row, (i) => weighted.weights[i])),
      bias: Float64Array.from(weighted.bias),
    });
  }
  return layers;
}

function indexesOf({ weights, bias, outputChannel }: Weighted): Int32Array[] {
  const length = weights.length / bias.length;
  const indexes = Array.from(bias, () => new Int32Array(length));
  const filled = new Int32Array(bias.length);
  for (let i = 0; i < weights.length; i++) {
    const channel = outputChannel(i);
    indexes[channel][filled[channel]++] = i;
  }
  return indexes;
}
