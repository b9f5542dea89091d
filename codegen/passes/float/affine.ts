/** Operators that are x · scale + shift with constants: what BatchNormalization comes as. */
import type { Activation } from "../../arithmetic/activation.js";
import type { TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import type { Editor } from "../editor.js";

/** One scale and shift for each index of the last dimension. */
export interface Affine {
  readonly input: TensorId;
  /** Which input of the operator that is. */
  readonly position: number;
  readonly scale: Float64Array;
  readonly shift: Float64Array;
  readonly activation: Activation;
}

/** What an operator is as an affine function per channel; undefined where it is none. */
export function affineOf(editor: Editor, op: Op): Affine | undefined {
  if (op.kind !== "ADD" && op.kind !== "SUB" && op.kind !== "MUL" && op.kind !== "DIV") return undefined;
  const position = op.inputs.findIndex((id) => !editor.tensors[id!].data);
  if (position < 0) return undefined;
  const input = op.inputs[position]!;
  const shape = editor.shape(op.outputs[0]);
  const constants = perChannel(editor, op.inputs[1 - position]!, shape.at(-1) ?? 1);
  if (!constants || editor.shape(input).join() !== shape.join()) return undefined;
  const all = (value: number) => constants.map(() => value);
  const { activation } = op.attributes;
  const common = { input, position, activation };
  switch (op.kind) {
    case "ADD":
      return { ...common, scale: all(1), shift: constants };
    case "MUL":
      return { ...common, scale: constants, shift: all(0) };
    case "SUB":
      return position === 0
        ? { ...common, scale: all(1), shift: constants.map((c) => -c) }
        : { ...common, scale: all(-1), shift: constants };
    default: // c / x is no affine function, and x / 0 none that can be multiplied
      if (position === 1 || constants.includes(0)) return undefined;
      return { ...common, scale: constants.map((c) => 1 / c), shift: all(0) };
  }
}

/** A constant as one value a channel; undefined where it varies along other dimensions. */
function perChannel(editor: Editor, id: TensorId, channels: number): Float64Array | undefined {
  const values = editor.floats(id);
  if (!values) return undefined;
  if (values.length === 1) return new Float64Array(channels).fill(values[0]);
  return values.length === channels && editor.shape(id).at(-1) === channels
    ? Float64Array.from(values)
    : undefined;
}
