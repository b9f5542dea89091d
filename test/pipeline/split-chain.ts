/** A model that is split, as a chain for the simulator. */
import type { Graph } from "../../codegen/graph/graph.js";
import { byteLength, type TensorId } from "../../codegen/graph/graph.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import type { PlanOptions } from "../../codegen/plan/options.js";
import { plan } from "../../codegen/plan/plan.js";
import { crossing } from "../../codegen/split/cuts.js";
import { stageGraph } from "../../codegen/split/stage-graph.js";
import type { MessageLayout, StageLayout } from "../../runtime/pipeline/layout.js";
import { type Chain, MODEL } from "./chain.js";

/** The tensors that cross a cut, one after the other. */
function messageLayout(graph: Graph, ids: readonly TensorId[]): MessageLayout {
  let end = 0;
  const tensors = ids.map((id) => {
    const offset = end;
    const bytes = byteLength(graph.tensors[id]);
    end += (bytes + 3) & -4;
    return { name: graph.tensors[id].name, offset, bytes };
  });
  return { bytes: end, tensors };
}

/** Layouts of the stages of a graph that is cut at these positions, in order. */
export function layoutsOf(graph: Graph, positions: readonly number[]): StageLayout[] {
  const ends = [0, ...positions, graph.ops.length];
  return ends.slice(1).map((end, i): StageLayout => {
    const incoming = messageLayout(graph, crossing(graph, ends[i]));
    const outgoing = messageLayout(graph, crossing(graph, end));
    const passed = incoming.tensors.flatMap(({ name, offset: from, bytes }) =>
      outgoing.tensors.filter((it) => it.name === name).map(({ offset: to }) => ({ from, to, bytes })),
    );
    return { model: MODEL, incoming, outgoing, passed };
  });
}

/** A message with the bytes of all tensors, one behind the other without gaps. */
export function packed({ bytes, tensors }: MessageLayout, all: Uint8Array): Uint8Array {
  const message = new Uint8Array(bytes);
  let at = 0;
  for (const { offset, bytes: length } of tensors) {
    message.set(all.subarray(at, at + length), offset);
    at += length;
  }
  return message;
}

/**
 * @param positions where the model is cut
 * @param inputs and outputs of the whole model: the bytes of all tensors
 */
export function splitChain(
  graph: Graph,
  positions: readonly number[],
  inputs: readonly Uint8Array[],
  outputs: readonly Uint8Array[],
  options: PlanOptions = {},
): Chain {
  const ends = [0, ...positions, graph.ops.length];
  const layouts = layoutsOf(graph, positions);
  const plans = ends.slice(1).map((end, i) => plan(stageGraph(graph, ends[i], end), options));
  return {
    layouts,
    network: (stage) => instantiate(plans[stage]),
    input: (n) => packed(layouts[0].incoming, inputs[n]),
    expected: (n) => packed(layouts[layouts.length - 1].outgoing, outputs[n]),
  };
}
