import type { Op } from "../../graph/op.js";
import { type Editor, operation } from "../editor.js";

/** Division by a constant is multiplication, which can be folded and quantized. */
export function divideByConstant(editor: Editor, op: Op): boolean {
  if (op.kind !== "DIV") return false;
  const [input, divisor] = op.inputs;
  const values = editor.floats(divisor!);
  if (!values || values.includes(0)) return false;
  const factors = values.map((value) => 1 / value);
  const factor = editor.constant(`${op.name}/reciprocal`, editor.shape(divisor!), factors, divisor);
  editor.replace(op, operation("MUL", op.attributes, op.name, [input, factor], op.outputs));
  return true;
}
