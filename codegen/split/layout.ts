/** Messages between stages, and a stage's module `pipeline`, which says where in them its tensors lie. */
import type { MessageLayout, StageLayout } from "../../runtime/pipeline/layout.js";
import { byteLength, type Graph, type TensorId } from "../graph/graph.js";
import { align } from "../ops/place.js";

/** A message of these tensors, each from a multiple of 4 bytes on. */
export function messageOf({ tensors }: Graph, ids: readonly TensorId[]): MessageLayout {
  let bytes = 0;
  const placed = ids.map((id) => {
    const own = { name: tensors[id].name, offset: bytes, bytes: byteLength(tensors[id]) };
    bytes = align(bytes + own.bytes);
    return own;
  });
  return { bytes, tensors: placed };
}

/** What a stage is told: a tensor that is both its input and its output, and that no operator makes, is passed on. */
export function layoutOf(graph: Graph, model: string): StageLayout {
  const [incoming, outgoing] = [messageOf(graph, graph.inputs), messageOf(graph, graph.outputs)];
  const passed = graph.inputs.flatMap((id, i) => {
    const at = graph.outputs.indexOf(id);
    const { offset: from, bytes } = incoming.tensors[i];
    return at < 0 ? [] : [{ from, to: outgoing.tensors[at].offset, bytes }];
  });
  return { model, incoming, outgoing, passed };
}

/** The module of a layout. */
export function layoutModule(layout: StageLayout): string {
  return `/** Where tensors lie in the messages of this stage: a StageLayout of xsnn/pipeline/layout. */
export default ${JSON.stringify(layout, null, 2)};
`;
}
