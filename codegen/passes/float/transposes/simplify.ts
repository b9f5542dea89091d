import type { Op } from "../../../graph/op.js";
import { type Editor, operation } from "../../editor.js";
import { compose, keepsElements } from "./permutation.js";
import { transposeOf, transposeTo } from "./transpose.js";

/** Two transpositions in a row are one; one that leaves all elements where they are is a RESHAPE. */
export function simplifyTranspose(editor: Editor, op: Op): boolean {
  if (op.kind !== "TRANSPOSE") return false;
  const [output] = op.outputs;
  const { input, order } = transposeOf(editor, output)!;
  if (keepsElements(editor.shape(input), order)) {
    editor.replace(op, operation("RESHAPE", { newShape: editor.shape(output) }, op.name, [input], [output]));
    return true;
  }
  const before = transposeOf(editor, input);
  if (!before) return false;
  editor.replace(op, transposeTo(editor, before.input, compose(before.order, order), output));
  return true;
}
