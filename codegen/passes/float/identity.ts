import type { Op } from "../../graph/op.js";
import type { Editor } from "../editor.js";
import { affineOf } from "./affine.js";

/** Takes out operators whose output is their input: same shape, same values. */
export function removeIdentity(editor: Editor, op: Op): boolean {
  const position = sameInput(editor, op);
  if (position === undefined || op.outputs.length !== 1) return false;
  const isSameShape = editor.shape(op.inputs[position]!).join() === editor.shape(op.outputs[0]).join();
  return isSameShape && editor.bypass(op, position);
}

/** The input that an operator's output equals in its values, if in its shape too. */
function sameInput(editor: Editor, op: Op): number | undefined {
  switch (op.kind) {
    case "CONCATENATION":
      return op.inputs.length === 1 ? 0 : undefined;
    case "EXPAND_DIMS":
    case "PAD":
    case "PADV2":
    case "RESHAPE":
    case "RESIZE_NEAREST_NEIGHBOR":
    case "SLICE":
    case "SPLIT_V":
    case "SQUEEZE":
      return 0;
    case "SPLIT":
      return 1;
    case "TRANSPOSE":
      return integers(editor, op, 1).every((axis, i) => axis === i) ? 0 : undefined;
    case "STRIDED_SLICE":
      return integers(editor, op, 3).every((stride) => stride > 0) ? 0 : undefined;
    case "MEAN":
      return 0; // over axes of size 1
    case "AVERAGE_POOL_2D":
    case "MAX_POOL_2D": {
      const { filterHeight, filterWidth, activation } = op.attributes;
      return filterHeight * filterWidth === 1 && activation === "NONE" ? 0 : undefined;
    }
    default: {
      const affine = affineOf(editor, op);
      const isIdentity =
        affine?.activation === "NONE" &&
        affine.scale.every((scale) => scale === 1) &&
        affine.shift.every((shift) => shift === 0);
      return isIdentity ? affine.position : undefined;
    }
  }
}

function integers(editor: Editor, op: Op, position: number): number[] {
  return editor.node(op).integers(position, "");
}
