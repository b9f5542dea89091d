import { realValues } from "../../../graph/real-values.js";
import { BIAS, GATES, RECURRENT } from "../../../import/onnx/operators/lstm.js";
import type { Node } from "../../../ops/node.js";
import type { LstmAttributes } from "../../../ops/unidirectional-sequence-lstm.js";
import { integer, integers } from "../drafts.js";
import { reshaped, type Write } from "./write.js";

/** From batches first to time first, which is all that onnxruntime has, and back. */
const SWAPPED = [1, 0, 2];

/** An LSTM in float32. States are zero at first and do not go on from run to run: in ONNX they have nowhere to stay. */
export const lstm: Write<"UNIDIRECTIONAL_SEQUENCE_LSTM"> = (writer, node) => {
  requirePlain(node);
  const [cells, depth] = node.input(1).shape;
  const gates = GATES.toSorted((a, b) => a.rows - b.rows);
  const rows = (offset: number) => gates.flatMap(({ position }) => values(node, position + offset, cells));
  const swapped = (value: string) =>
    node.attributes.timeMajor ? value : writer.node("Transpose", [value], { perm: integers(SWAPPED) });
  const inputs = [
    swapped(writer.real(node.inputId(0))),
    writer.constant("weights", [1, 4 * cells, depth], rows(0), "float32"),
    writer.constant("recurrent", [1, 4 * cells, cells], rows(RECURRENT), "float32"),
    writer.constant("biases", [1, 8 * cells], [...rows(BIAS), ...new Array(4 * cells).fill(0)], "float32"),
  ];
  const [first, second] = node.output().shape;
  const [times, batches] = node.attributes.timeMajor ? [first, second] : [second, first];
  const all = writer.node("LSTM", inputs, { hidden_size: integer(cells) });
  const sequence = reshaped(writer, all, [times, 1, batches, cells], [times, batches, cells]);
  writer.store(node.outputId(), swapped(sequence));
};

/** Refuses what ONNX does not have, or not so that integers come out alike. */
function requirePlain(node: Node<LstmAttributes>): void {
  const { activation, cellClip, diagonalRecurrentTensors } = node.attributes;
  const plain = activation === "TANH" && cellClip === 0 && !diagonalRecurrentTensors;
  if (!plain || node.input(0).quantization) node.refuse("onnx-export-operator", { operator: node.op.kind });
}

/** Constant weights, or biases; zeros where there are none. */
function values(node: Node, position: number, cells: number): number[] {
  const tensor = node.optional(position);
  if (!tensor) return new Array<number>(cells).fill(0);
  node.constant(position, "the weights");
  return Array.from(realValues(tensor));
}
