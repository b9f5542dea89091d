import type { Graph } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { Editor } from "../editor.js";

/**
 * A change for the better at one operator. Every rule leads to fewer operators, or moves one towards the model's outputs,
 * so that rewriting comes to an end.
 *
 * @returns whether it changed anything; if not, the graph is as it was
 */
export type Rule = (editor: Editor, op: Op) => boolean;

/** Applies rules for as long as one of them changes the graph. */
export function rewrite(graph: Graph, rules: readonly Rule[]): Graph {
  const editor = new Editor(graph);
  for (let changed = true; changed; ) {
    changed = false;
    for (const op of editor.ops)
      for (const rule of rules) if (editor.has(op) && rule(editor, op)) changed = true;
  }
  return editor.graph();
}
