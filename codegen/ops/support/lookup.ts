/** Operators from one byte to one byte: tables of 256 entries, computed at compile time. */
import { type LookupLayer, lookup } from "../../../runtime/lookup.js";
import { FLOAT8, FLOAT8_TYPES } from "../../arithmetic/float8.js";
import { elements } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { bytes, type KernelLowering, kernel, type Operator, tensor } from "../operator.js";
import { ACTIVATION_TYPES_TEXT, checkActivations, isWide } from "./activations.js";
import { cut } from "./tiles.js";

/** What a lookup costs, in iterations of a multiply-accumulate: three accesses to arrays. */
const WORK = 2;

/** A quantized input to a quantized output. */
export type ByteFunction = (q: number) => number;

/** The lowering of a byte function over input 0. */
export function lookupLowering(node: Node, f: ByteFunction): KernelLowering {
  const signed = node.input(0).dtype === "int8";
  const table = Uint8Array.from({ length: 256 }, (_, byte) => f(signed ? (byte << 24) >> 24 : byte));
  const count = elements(node.output().shape);
  const { perTile, tiles, work } = cut(count, WORK);
  return kernel<LookupLayer>(
    { module: "lookup", kernel: lookup, layerType: "LookupLayer", tiles, work },
    {
      input: tensor(node.inputId(0)),
      output: tensor(node.outputId()),
      elements: count,
      elementsPerTile: perTile,
      table: bytes(`${node.op.name}: table`, table),
    },
  );
}

/** An operator from int8 to int8, element by element, or from int16 to int16. */
export function lookupOperator<A>({
  functionOf,
  lowerWide,
  float8,
  ...texts
}: Pick<Operator<A>, "kind" | "restrictions" | "checked"> & {
  /** The function; refuses quantizations that TFLM's kernel does not take. */
  functionOf(node: Node<A>): ByteFunction;
  /** The lowering on int16, which refuses likewise; int16 is not supported where not given. */
  lowerWide?: (node: Node<A>) => KernelLowering;
  /** The function of codes of 8-bit floats; they are not supported where not given. */
  float8?: (node: Node<A>) => ByteFunction;
}): Operator<A> {
  return {
    ...texts,
    inputs: [1, 1],
    outputs: [1, 1],
    types: `${lowerWide ? ACTIVATION_TYPES_TEXT : "int8"}${float8 ? `, ${FLOAT8_TYPES.join(", ")}` : ""}`,

    check(node) {
      if (float8 && node.input(0).dtype in FLOAT8) {
        node.requireType(node.output(), "the output", [node.input(0).dtype]);
        float8(node);
        return;
      }
      if (!lowerWide) node.requireType(node.input(0), "the input", ["int8"]);
      checkActivations(node, { "the input": node.input(0) });
      if (lowerWide && isWide(node)) lowerWide(node);
      else functionOf(node);
    },

    infer: (node) => [node.input(0).shape],
    lower(node) {
      if (lowerWide && isWide(node)) return lowerWide(node);
      const isFloat8 = node.input(0).dtype in FLOAT8;
      return lookupLowering(node, float8 && isFloat8 ? float8(node) : functionOf(node));
    },
  };
}

/** `q` kept inside the range of int8. */
export function clampInt8(q: number): number {
  return Math.max(-128, Math.min(127, q));
}
