import { elements } from "../../../graph/graph.js";
import { arrange, channelsFirst, type Layout, place } from "../layout.js";
import type { OnnxNode } from "../node.js";
import type { Translator } from "../translator.js";
import type { Value } from "../value.js";
import { fixedRange } from "./fixed-range.js";

/** Softmax goes along one axis since opset 13; before, over all from one axis on (ONNX's Softmax-1, -11 and -13). */
export const softmax: Translator = {
  layout: "kept",

  translate(node) {
    const value = node.input(0);
    const { shape } = value;
    const along = node.opset >= 13;
    const axis = node.axis(node.attributes.int("axis", along ? -1 : 1), shape.length);
    const isLastAxis = shape.slice(axis + 1).every((size) => size === 1);
    return along || isLastAxis ? alongAxis(node, value, axis) : fromAxis(node, value, axis);
  },
};

function fromAxis(node: OnnxNode, value: Value, axis: number): Value {
  const { shape } = value;
  const rows = [elements(shape.slice(0, axis)), elements(shape.slice(axis))];
  const flat = node.move("RESHAPE", { newShape: rows }, [node.stored(value).channelsFirst()], rows, "rows");
  const id = fixedRange(node, "SOFTMAX", { beta: 1 }, flat);
  return node.first(node.move("RESHAPE", { newShape: shape }, [id], shape, "back"));
}

/** The axis must be the last one of the tensor: with channels last it often is, else the tensor is transposed. */
function alongAxis(node: OnnxNode, value: Value, axis: number): Value {
  const { shape } = value;
  const layout = node.commonLayout([value]);
  const tensor = node.tensor(node.stored(value), layout);
  if (place(layout, axis) === layout.axes.length - 1)
    return node.result(fixedRange(node, "SOFTMAX", { beta: 1 }, tensor), shape, layout);
  const order = [...channelsFirst(shape.length).axes.filter((other) => other !== axis), axis] as number[];
  const behind: Layout = { axes: order };
  const moved = node.move(
    "TRANSPOSE",
    {},
    [node.stored(value).channelsFirst(), node.indexes("order", order)],
    arrange(behind, shape, 1),
    "axis-last",
  );
  const id = fixedRange(node, "SOFTMAX", { beta: 1 }, moved);
  const back = order.map((_, i) => order.indexOf(i));
  return node.first(node.move("TRANSPOSE", {}, [id, node.indexes("back", back)], shape, "axes-back"));
}
