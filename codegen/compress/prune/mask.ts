/** Masks beside a graph. */

import { elementsOf } from "../../graph/elements.js";
import { DTYPE_BYTES, elements, type Graph, type Tensor, type TensorId } from "../../graph/graph.js";
import { realValues } from "../../graph/real-values.js";

/** An element for each of a parameter's, in its order: 1 is kept, 0 is pruned. */
export type Mask = Uint8Array;

/** A graph that is pruned, and can still be pruned otherwise: nothing is lost until `remove`. */
export interface Pruned {
  /** It has the original parameters. */
  readonly graph: Graph;
  /** Of parameters that are pruned, by tensor. Fine-tuning multiplies what it computes with them. */
  readonly masks: ReadonlyMap<TensorId, Mask>;
}

/** A graph of which nothing is pruned. */
export function unpruned(graph: Graph): Pruned {
  return { graph, masks: new Map() };
}

/** The graph as its masks make it, which can be run, quantized and exported. */
export function masked({ graph, masks }: Pruned): Graph {
  const tensors = graph.tensors.map((tensor, id) => {
    const mask = masks.get(id);
    return mask ? maskedTensor(tensor, mask) : tensor;
  });
  return { ...graph, tensors };
}

/** A constant of which pruned elements are real zeros: the zero point where it is quantized. */
export function maskedTensor(tensor: Tensor, mask: Mask): Tensor {
  const data = Uint8Array.from(tensor.data!);
  const zeros = zeroBytes(tensor);
  const size = DTYPE_BYTES[tensor.dtype];
  mask.forEach((kept, i) => {
    if (!kept) data.set(zeros(i), i * size);
  });
  return { ...tensor, data };
}

/** The mask that a constant has by itself: 0 where its value is zero. */
export function nonZeros(tensor: Tensor): Mask {
  return Uint8Array.from(realValues(tensor), (value) => +(value !== 0));
}

/** The mask of a parameter; all ones where it is not pruned. */
export function maskOf({ graph, masks }: Pruned, id: TensorId): Mask {
  return masks.get(id) ?? new Uint8Array(elements(graph.tensors[id].shape)).fill(1);
}

/** How many elements of a mask are kept. */
export function keptCount(mask: Mask): number {
  return mask.reduce((sum, kept) => sum + kept, 0);
}

/** The bytes of real zero at each element. */
function zeroBytes({ dtype, shape, quantization }: Tensor): (index: number) => Uint8Array {
  const { zeroPoints, axis } = quantization ?? { zeroPoints: [0], axis: 0 };
  const inner = elements(shape.slice(axis + 1));
  const bytes = zeroPoints.map((zeroPoint) => {
    const zero = elementsOf(dtype, new Uint8Array(DTYPE_BYTES[dtype]));
    if (zero instanceof BigInt64Array) zero[0] = BigInt(zeroPoint);
    else zero[0] = zeroPoint;
    return new Uint8Array(zero.buffer);
  });
  return (index) => bytes[bytes.length === 1 ? 0 : Math.floor(index / inner) % bytes.length];
}
