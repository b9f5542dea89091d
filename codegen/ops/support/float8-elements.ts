/** Operators on 8-bit floats, element by element; docs/formats.md says what each computes. */
import type { Float8ConversionLayer } from "../../../runtime/float8-conversion.js";
import type { Memory } from "../../../runtime/layer.js";
import { type Activation, BOUNDS, roundAway } from "../../arithmetic/activation.js";
import { decode8, encode8, FLOAT8 } from "../../arithmetic/float8.js";
import { INT8 } from "../../arithmetic/integer-ranges.js";
import { elements, type Tensor } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { type KernelLowering, kernel, tensor } from "../operator.js";
import type { ByteFunction } from "./lookup.js";
import { cut } from "./tiles.js";

/** A conversion from or to float32, in iterations of a multiply-accumulate. */
const WORK = 4;

/** From one of int8 and the 8-bit floats to another, or to another scale: the real value, rounded once. */
export function rescaleFloat8(node: Node, activation: Activation = "NONE"): ByteFunction {
  const [input, output] = [node.input(0), node.output()];
  const from = node.perTensor(input, "the input");
  const to = node.perTensor(output, "the output");
  const [inputFormat, outputFormat] = [FLOAT8[input.dtype], FLOAT8[output.dtype]];
  const factor = from.scale / to.scale;
  const [low, high] = BOUNDS[activation].map((bound) => bound / to.scale);
  return (q) => {
    const value = (inputFormat ? decode8(q, inputFormat) : q - from.zeroPoint) * factor;
    const clamped = Math.min(high, Math.max(low, value));
    if (outputFormat) return encode8(clamped, outputFormat);
    return Math.min(INT8.max, Math.max(INT8.min, roundAway(clamped) + to.zeroPoint));
  };
}

/** From or to float32. @param quantized the side that is an 8-bit float */
export function lowerFloat8Conversion(
  node: Node,
  run: (memory: Memory, layer: Float8ConversionLayer, tile: number) => void,
  quantized: Tensor,
): KernelLowering {
  const count = elements(node.output().shape);
  const { perTile, tiles, work } = cut(count, WORK);
  const { mantissaBits, unitBits } = FLOAT8[quantized.dtype]!;
  return kernel<Float8ConversionLayer>(
    { module: "float8-conversion", kernel: run, layerType: "Float8ConversionLayer", tiles, work },
    {
      input: tensor(node.inputId(0), node.input(0).dtype === "float32" ? 4 : 1),
      output: tensor(node.outputId(), node.output().dtype === "float32" ? 4 : 1),
      elements: count,
      elementsPerTile: perTile,
      mantissaBits,
      unit: node.perTensor(quantized, "the 8-bit float").scale / 2 ** unitBits,
    },
  );
}
