import type { Op } from "../../graph/op.js";
import { type Editor, operation } from "../editor.js";

/** Whether an operator changes a shape and nothing else. */
export function isReshaping({ kind }: Op): boolean {
  return kind === "EXPAND_DIMS" || kind === "RESHAPE" || kind === "SQUEEZE";
}

/** Of two changes of shape in a row the last one counts. */
export function mergeReshapes(editor: Editor, op: Op): boolean {
  const before = isReshaping(op) ? editor.producer(op.inputs[0]!) : undefined;
  if (!before || !isReshaping(before)) return false;
  const newShape = editor.shape(op.outputs[0]);
  editor.replace(op, operation("RESHAPE", { newShape }, op.name, [before.inputs[0]], op.outputs));
  return true;
}
