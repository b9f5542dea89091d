/** Memory that kernels can only use as their layer's tensors allow. */
import { byteLength, type TensorId } from "../../codegen/graph/graph.js";
import type { Plan } from "../../codegen/plan/plan.js";
import type { Memory } from "../../runtime/layer.js";

type Elements = Memory[Exclude<keyof Memory, "planes" | "hot">];

/** The first byte and the one after the last. */
type Range = readonly [first: number, end: number];

/**
 * The memory of a planned graph of one operator in which every access throws that reads outside its inputs, outputs and
 * constants, writes outside its outputs, its state and what is its own, or writes what is no number.
 */
export function guarded(memory: Memory, plan: Plan): Memory {
  const { graph, arena, sections } = plan;
  const range = (id: TensorId): Range => {
    const offset = arena.tensors.get(id)!;
    return [offset, offset + byteLength(graph.tensors[id])];
  };
  const states = plan.variables.map(({ offset, length }): Range => [offset, offset + length]);
  const own = [...arena.scratch.values()].map(({ offset, bytes }): Range => [offset, offset + bytes]);
  const writable = [...graph.outputs.map(range), ...states, ...own];
  const readable = [...graph.inputs.map(range), ...writable];
  const constant = sections.map(({ offset, length }): Range => [offset, offset + length]);
  const { weights8, weights16, weights32, planes, ...views } = memory;
  const guard = <T extends Elements>(array: T, reads: readonly Range[], writes: readonly Range[]) =>
    new Proxy(array, handler(reads, writes)) as T;
  return {
    int8: guard(views.int8, readable, writable),
    uint8: guard(views.uint8, readable, writable),
    int16: guard(views.int16, readable, writable),
    int32: guard(views.int32, readable, writable),
    float32: guard(views.float32, readable, writable),
    weights8: guard(weights8, constant, []),
    weights16: guard(weights16, constant, []),
    weights32: guard(weights32, constant, []),
    planes,
  };
}

function handler(reads: readonly Range[], writes: readonly Range[]): ProxyHandler<Elements> {
  /** Refuses elements from `first` up to `end` that are not in one of the ranges. */
  const require = (ranges: readonly Range[], size: number, first: number, end: number) => {
    const inside = ranges.some((range) => first * size >= range[0] && end * size <= range[1]);
    if (!inside || !Number.isInteger(first))
      throw new RangeError(`elements ${first} to ${end} are out of reach`);
  };
  return {
    get(array, key) {
      const size = array.BYTES_PER_ELEMENT;
      if (key === "fill")
        return (value: number, first: number, end: number) => {
          require(writes, size, first, end);
          array.fill(value, first, end);
        };
      if (key === "copyWithin")
        return (to: number, first: number, end: number) => {
          require(reads, size, first, end);
          require(writes, size, to, to + end - first);
          array.copyWithin(to, first, end);
        };
      const index = Number(key);
      require(reads, size, index, index + 1);
      return array[index];
    },
    set(array, key, value) {
      const index = Number(key);
      require(writes, array.BYTES_PER_ELEMENT, index, index + 1);
      if (typeof value !== "number" || Number.isNaN(value)) throw new TypeError(`${value} is written`);
      array[index] = value;
      return true;
    },
  };
}
