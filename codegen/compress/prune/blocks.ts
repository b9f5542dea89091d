/** Whole residual blocks: the largest parts that a network may do without. */
import type { Activation } from "../../arithmetic/activation.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { Editor, operation } from "../../passes/editor.js";
import { refuse } from "../../problems/problem.js";

type Add = Extract<Op, { kind: "ADD" }>;

/** An ADD of a tensor and of what is computed of it alone. */
export interface ResidualBlock {
  readonly add: Add;
  /** What goes past the block. */
  readonly shortcut: TensorId;
}

/** The residual blocks of a graph that can be taken out, in its order. */
export function residualBlocks(graph: Graph): ResidualBlock[] {
  const editor = new Editor(graph);
  return graph.ops.flatMap((op) => {
    if (op.kind !== "ADD" || !hasOperator(op.attributes.activation)) return [];
    const [a, b] = op.inputs as [TensorId, TensorId];
    const isSame = editor.shape(a).join() === editor.shape(b).join();
    if (!isSame || graph.tensors[a].data || graph.tensors[b].data) return [];
    if (computedOf(editor, b).has(a)) return [{ add: op, shortcut: a }];
    return computedOf(editor, a).has(b) ? [{ add: op, shortcut: b }] : [];
  });
}

/**
 * A float graph without some residual blocks: what went past them goes on (stochastic depth, Huang et al. 2016,
 * arXiv:1603.09382, shows that networks bear it). The result is to be trained.
 *
 * @param names of the blocks' ADDs
 * @throws Refusal `block-unknown`
 */
export function withoutBlocks(graph: Graph, names: readonly string[]): Graph {
  const blocks = residualBlocks(graph);
  const editor = new Editor(graph);
  for (const name of new Set(names)) {
    const block = blocks.find(({ add }) => add.name === name);
    if (!block) return refuse("block-unknown", { name, known: blocks.map(({ add }) => add.name) });
    remove(editor, name, block);
  }
  return editor.graph();
}

function remove(editor: Editor, name: string, { add, shortcut }: ResidualBlock): void {
  const current = editor.ops.find((op) => op.name === name) as Add;
  // Blocks before this one may be gone: then its shortcut is another tensor.
  const at = add.inputs.indexOf(shortcut);
  const { activation } = add.attributes;
  const input = current.inputs[at]!;
  const producer = editor.producer(input);
  const before = producer && "activation" in producer.attributes ? producer.attributes.activation : "NONE";
  const isIdentity = activation === "NONE" || before === activation;
  if (isIdentity && editor.bypass(current, at)) return;
  const newShape = editor.shape(current.outputs[0]);
  editor.replace(
    current,
    isIdentity
      ? operation("RESHAPE", { newShape }, name, [input], current.outputs) // from one model output to another
      : operation(activation === "RELU6" ? "RELU6" : "RELU", {}, name, [input], current.outputs),
  );
}

/** Whether there is an operator for what an ADD does after the sum, or nothing to do. */
function hasOperator(activation: Activation): boolean {
  return activation !== "RELU_N1_TO_1";
}

/** Tensors that a tensor is computed of. */
function computedOf(editor: Editor, id: TensorId): Set<TensorId> {
  const found = new Set<TensorId>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const input of editor.producer(next)?.inputs ?? []) {
      if (input === null || found.has(input)) continue;
      found.add(input);
      open.push(input);
    }
  return found;
}
