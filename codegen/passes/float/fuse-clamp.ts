import { ACTIVATIONS, type Activation, BOUNDS } from "../../arithmetic/activation.js";
import type { TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { type Editor, operation } from "../editor.js";

/** The operator's input, bounded. */
interface Clamp {
  readonly input: TensorId;
  readonly low: number;
  readonly high: number;
}

/** Operators that bound their output in passing. CONCATENATION has an attribute for it, which TFLM does not take. */
const ACTIVATING = [
  "ADD",
  "AVERAGE_POOL_2D",
  "CONV_2D",
  "DEPTHWISE_CONV_2D",
  "DIV",
  "FULLY_CONNECTED",
  "MAX_POOL_2D",
  "MUL",
  "SUB",
  "TRANSPOSE_CONV",
] as const;
type Activating = Extract<Op, { kind: (typeof ACTIVATING)[number] }>;

/**
 * RELU, RELU6, and MAXIMUM and MINIMUM with one constant, several in a row: as the activation of the operator before, or
 * else as one operator where there are more.
 */
export function fuseClamp(editor: Editor, op: Op): boolean {
  const last = clampOf(editor, op);
  if (!last) return false;
  let { input, low, high } = last;
  let count = 1;
  let before = editor.onlyFor(input);
  for (let clamp = before && clampOf(editor, before); clamp; clamp = before && clampOf(editor, before)) {
    [low, high] = bound([clamp.low, clamp.high], [low, high]);
    input = clamp.input;
    before = editor.onlyFor(input);
    count++;
  }
  if (before && isActivating(before)) {
    const activation = activationOf(bound(BOUNDS[before.attributes.activation], [low, high]));
    if (activation) {
      const attributes = { ...before.attributes, activation };
      editor.replace(op, { ...before, outputs: op.outputs, attributes } as Op);
      return true;
    }
  }
  const kind = activationOf([low, high]);
  const isSimplest = count === 1 && op.kind === kind;
  if (isSimplest || (kind !== "RELU" && kind !== "RELU6")) return false;
  editor.replace(op, operation(kind, {}, op.name, [input], op.outputs));
  return true;
}

function clampOf(editor: Editor, op: Op): Clamp | undefined {
  if (op.kind === "RELU" || op.kind === "RELU6") {
    const [low, high] = BOUNDS[op.kind];
    return { input: op.inputs[0]!, low, high };
  }
  if (op.kind !== "MAXIMUM" && op.kind !== "MINIMUM") return undefined;
  for (const position of [0, 1]) {
    const input = op.inputs[position]!;
    const values = editor.floats(op.inputs[1 - position]!);
    const keepsShape = editor.shape(input).join() === editor.shape(op.outputs[0]).join();
    if (!keepsShape || !values?.every((value) => value === values[0])) continue;
    return op.kind === "MAXIMUM"
      ? { input, low: values[0], high: Number.POSITIVE_INFINITY }
      : { input, low: Number.NEGATIVE_INFINITY, high: values[0] };
  }
  return undefined;
}

function isActivating(op: Op): op is Activating {
  return ACTIVATING.some((kind) => kind === op.kind);
}

/** The bounds of clamping first to some and then to others. */
function bound(
  [low, high]: readonly [number, number],
  [least, most]: readonly [number, number],
): [number, number] {
  const clamp = (value: number) => Math.min(most, Math.max(least, value));
  return [clamp(low), clamp(high)];
}

function activationOf([low, high]: readonly [number, number]): Activation | undefined {
  return ACTIVATIONS.find((name) => BOUNDS[name][0] === low && BOUNDS[name][1] === high);
}
