import type { Quantization, TensorId } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import type { GraphBuilder } from "./builder.js";
import { arrange, channelsLast } from "./layout.js";
import { computed } from "./node.js";
import { DATA_TYPES, type ValueInfo } from "./schema.js";
import { Stored, type Value } from "./value.js";

/** How the model uses an input. */
export interface InputUse {
  /** Whether it is an image or sequence, of which operators with windows want channels last. */
  readonly isImage: boolean;
  /** What it is quantized to before anything else happens, as the node that does so says. */
  quantization(value: Value): Quantization | undefined;
}

/**
 * A model input as a tensor, and as what nodes take. An image is fed with channels last; what is quantized at once is fed
 * quantized, so that a model in int8 computes with nothing else.
 */
export function readInput(
  builder: GraphBuilder,
  info: ValueInfo,
  use: InputUse,
): { id: TensorId; value: Value } {
  const name = info.name ?? "";
  const type = info.type?.tensorType;
  const dtype = DATA_TYPES[type?.elementType ?? 0] ?? `type ${type?.elementType}`;
  const shape = readShape(name, info);
  const quantization = use.quantization({ shape });
  const taken = dtype === "float32" || (quantization && (dtype === "int8" || dtype === "uint8"));
  if (!taken) refuse("onnx-input-type", { input: name, type: dtype });
  const elements = quantization
    ? ({ dtype: "int8", quantization } as const)
    : ({ dtype: "float32" } as const);
  const add = (sizes: readonly number[]) => builder.tensor(name, { shape: sizes, ...elements });
  if (!use.isImage || (shape.length !== 3 && shape.length !== 4)) {
    const first = add(shape);
    return { id: first, value: computed(new Stored(builder, shape, { first }), builder) };
  }
  const sizes = arrange(channelsLast(shape.length), shape, 1);
  const id = add(shape.length === 4 ? sizes : sizes.toSpliced(1, 1));
  const last =
    shape.length === 4
      ? id
      : builder.emit("RESHAPE", { newShape: sizes }, [id], {
          name: `${name}/nhwc`,
          shape: sizes,
          type: builder.typeOf(id),
        });
  return { id, value: computed(new Stored(builder, shape, { last }), builder) };
}

/** The shape of an input, with one of each batch whose size is open. */
function readShape(input: string, info: ValueInfo): number[] {
  const dimensions = info.type?.tensorType?.shape?.dim;
  if (!dimensions) refuse("onnx-dimension", { input, axis: 0, parameter: undefined });
  return dimensions.map(({ value, parameter }, axis) => {
    if (value !== undefined && value > 0) return value;
    return axis === 0 ? 1 : refuse("onnx-dimension", { input, axis, parameter });
  });
}
