/** Messages between stages, and a stage's module `pipeline`, which says where in them its tensors lie. */
import type { MessageLayout, StageLayout } from "../../runtime/pipeline/layout.js";
import { byteLength, type Graph, type TensorId } from "../graph/graph.js";
import { align } from "../ops/place.js";
import type { TrainingPlan } from "../training/plan-training.js";

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

/** Bytes of what messages say is to be learned. */
const LESSON_BYTES = 4;

/**
 * The layout of a stage of a model that is trained: a word behind each message says what is to be learned from it.
 *
 * @param training of the stage; nothing where it has no part in it
 */
export function withLessons(layout: StageLayout, training: TrainingPlan | undefined): StageLayout {
  const { model, incoming, outgoing, passed } = layout;
  const [from, to] = [incoming.bytes, outgoing.bytes];
  return {
    model,
    incoming: { ...incoming, bytes: from + LESSON_BYTES },
    outgoing: { ...outgoing, bytes: to + LESSON_BYTES },
    passed: [...passed, { from, to, bytes: LESSON_BYTES }],
    ...(training?.crossing && { training: { classes: training.classes, ...training.crossing } }),
  };
}

/** The module of a layout. */
export function layoutModule(layout: StageLayout): string {
  return `/** Where tensors lie in the messages of this stage: a StageLayout of xsnn/pipeline/layout. */
export default ${JSON.stringify(layout, null, 2)};
`;
}
