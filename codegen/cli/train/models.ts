/** The teacher, and the network that is trained. */
import { withoutBlocks } from "../../compress/prune/blocks.js";
import { pruneChannels } from "../../compress/prune/channels.js";
import { masked, unpruned } from "../../compress/prune/mask.js";
import { parameterId, prunableLayers } from "../../compress/prune/parameter.js";
import { shrink } from "../../compress/prune/shrink/shrink.js";
import { isFloat } from "../../float/validate.js";
import { elements, type Graph, type TensorId } from "../../graph/graph.js";
import { runFloatPasses } from "../../passes/float/index.js";
import { refuse } from "../../problems/problem.js";
import { readCompressibleModel } from "../compress/model.js";
import { layerNamed } from "../layer-name.js";
import { readFloatModel } from "../quantize/model.js";
import type { Flags } from "./flags.js";

export interface Models {
  /** Float or quantized. */
  readonly teacher: Graph;
  /** Float. */
  readonly student: Graph;
}

/** @throws Refusal where files cannot be read, blocks are unknown, or the two do not have the same inputs and outputs */
export async function readModels(path: string, flags: Flags): Promise<Models> {
  const { graph: teacher } = await readCompressibleModel(path);
  const base = flags.student === undefined ? teacher : await readFloatModel(flags.student);
  if (!isFloat(base))
    refuse("arguments", {
      message: "the teacher is quantized, and only float models are trained: give --student",
    });
  const student = reduced(base, flags);
  requireAlike(student, teacher);
  return { teacher, student };
}

/** How many weights the layers of a network have. */
export function weightCount(graph: Graph): number {
  const ids = new Set(prunableLayers(graph).map((op) => parameterId(op, "weight")!));
  return [...ids].reduce((sum, id) => sum + elements(graph.tensors[id].shape), 0);
}

/** A network without some blocks, and with fewer channels: those of the greatest norms. */
function reduced(base: Graph, { width, withoutBlock = [] }: Flags): Graph {
  const names = withoutBlock.map((name) => layerNamed(base, name));
  const graph = names.length > 0 ? runFloatPasses(withoutBlocks(base, names)) : base;
  if (width === undefined) return graph;
  const smaller = shrink(masked(pruneChannels(unpruned(graph), { fraction: 1 - width }, { norm: 2 })));
  if (weightCount(smaller) === weightCount(graph))
    refuse("arguments", { message: `--width ${width} takes out no channel: the model has none that can go` });
  return smaller;
}

/** @throws Refusal `teacher-other` where the two do not have the same inputs and outputs */
export function requireAlike(student: Graph, teacher: Graph): void {
  const shapes = ({ tensors }: Graph, ids: readonly TensorId[]) =>
    ids.map((id) => `[${tensors[id].shape.join(", ")}]`).join(" and ") || "none";
  const [ours, theirs] = [student, teacher].map((graph) => shapes(graph, graph.inputs));
  if (ours !== theirs) refuse("teacher-other", { what: "inputs of", student: ours, teacher: theirs });
  const sizes = ({ tensors, outputs }: Graph) =>
    outputs.map((id) => elements(tensors[id].shape)).join(" and ");
  const [mine, wanted] = [student, teacher].map(sizes);
  if (mine !== wanted)
    refuse("teacher-other", { what: "outputs with elements:", student: mine, teacher: wanted });
}
