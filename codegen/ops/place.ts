/** Turns the Placed parameters of a lowering into the offsets that its kernel reads. */
import type { TensorId } from "../graph/graph.js";
import type { Parameter, Placed } from "./operator.js";

/** Everything in the arena and in `weights.bin` starts at a multiple of this, so that int32 views reach it. */
export const ALIGNMENT = 4;

/** The next aligned offset at or after `offset`. */
export function align(offset: number, alignment = ALIGNMENT): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** A kernel constant as it is written into the layer. */
export type Located = number | boolean | readonly number[];

/** Where things lie, in bytes. */
export interface Places {
  tensor(id: TensorId): number;
  variable(index: number): number;
  /** The layer's own bytes. */
  scratch(): number;
  constant(name: string, bytes: Uint8Array, alignment: number): number;
  /** Undefined where the tensor is not constant. */
  constantTensor(id: TensorId): number | undefined;
}

/** The parameters with every Placed one as an offset in elements. */
export function locate(
  parameters: Readonly<Record<string, Parameter>>,
  places: Places,
): Readonly<Record<string, Located>> {
  const one = (it: number | Placed): number => (typeof it === "number" ? it : offset(it, places));
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]): [string, Located] => [
      name,
      typeof value === "boolean"
        ? value
        : Array.isArray(value)
          ? value.map(one)
          : one(value as number | Placed),
    ]),
  );
}

function offset(placed: Placed, places: Places): number {
  switch (placed.at) {
    case "tensor":
      return (places.tensor(placed.tensor) + placed.start) / placed.elementBytes;
    case "variable":
      return places.variable(placed.variable) / placed.elementBytes;
    case "scratch":
      return places.scratch() / placed.elementBytes;
    case "constant":
      return (
        places.constant(placed.name, placed.bytes, Math.max(ALIGNMENT, placed.elementBytes)) /
        placed.elementBytes
      );
    case "operand": {
      const constant = places.constantTensor(placed.tensor);
      return constant === undefined
        ? places.tensor(placed.tensor) / placed.elementBytes
        : -1 - constant / placed.elementBytes;
    }
  }
}
