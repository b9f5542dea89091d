/** Operators from one byte to one byte: tables of 256 entries, computed at compile time. */
import { type LookupLayer, lookup } from "../../../runtime/lookup.js";
import { elements } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { bytes, type KernelLowering, kernel, type Operator, tensor } from "../operator.js";
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

/** An operator from int8 to int8, element by element. */
export function lookupOperator<A>({
  functionOf,
  ...texts
}: Pick<Operator<A>, "kind" | "restrictions" | "checked"> & {
  /** The function; refuses quantizations that TFLM's kernel does not take. */
  functionOf(node: Node<A>): ByteFunction;
}): Operator<A> {
  return {
    ...texts,
    inputs: [1, 1],
    outputs: [1, 1],
    types: "int8",

    check(node) {
      node.requireType(node.input(0), "the input", ["int8"]);
      node.requireType(node.output(), "the output", ["int8"]);
      functionOf(node);
    },

    infer: (node) => [node.input(0).shape],
    lower: (node) => lookupLowering(node, functionOf(node)),
  };
}

/** `q` kept inside the range of int8. */
export function clampInt8(q: number): number {
  return Math.max(-128, Math.min(127, q));
}
