/**
 * One arena for all activations, streaming variables and what layers need for themselves: tensors that are not alive together share memory.
 * Greedy by size, the rule of TFLM's GreedyMemoryPlanner: the largest first, each at the lowest offset that is free for
 * as long as it lives.
 */
import { byteLength, type Graph, type TensorId } from "../graph/graph.js";
import { align } from "../ops/place.js";

export interface ArenaPlan {
  /** Bytes; a multiple of 4. */
  readonly bytes: number;
  /** Byte offset of every tensor that is not constant. */
  readonly tensors: ReadonlyMap<TensorId, number>;
  /** Byte offset of every variable. */
  readonly variables: readonly number[];
  /** Byte offset and length of what is a layer's own, by its first operator. */
  readonly scratch: ReadonlyMap<number, { readonly offset: number; readonly bytes: number }>;
}

/** What the arena has to know of a layer. */
export interface ArenaUse {
  /** The positions of its operators in the graph, in order. */
  readonly ops: readonly number[];
  readonly lowering: { readonly form: string; readonly scratchBytes?: number };
  /** What it leaves in the arena. */
  readonly outputs: readonly TensorId[];
}

/** Memory that one tensor, several aliases of it, one variable, or a layer for itself takes. */
export interface Block {
  readonly bytes: number;
  /** First and last operator, both inclusive, for which its bytes count. */
  first: number;
  last: number;
  offset: number;
}

/**
 * @param choices how the operators of the graph are computed, in order
 * @param kept tensors that are looked at after the last layer
 */
export function planArena(
  graph: Graph,
  choices: readonly ArenaUse[],
  kept: ReadonlySet<TensorId> = new Set(),
): ArenaPlan {
  const blocks = new Map<TensorId, Block>();
  const scratch = new Map<number, Block>();
  const block = (id: TensorId, first: number): Block => {
    const made = { bytes: byteLength(graph.tensors[id]), first, last: first, offset: 0 };
    blocks.set(id, made);
    return made;
  };
  for (const id of graph.inputs) block(id, -1);
  for (const { ops, lowering, outputs } of choices) {
    if (lowering.form === "nothing") continue;
    const [first, last] = [ops[0], ops[ops.length - 1]];
    const { scratchBytes } = lowering;
    if (scratchBytes) scratch.set(first, { bytes: scratchBytes, first, last, offset: 0 });
    for (const id of ops.flatMap((i) => graph.ops[i].inputs)) {
      const used = id === null ? undefined : blocks.get(id);
      if (used) used.last = Math.max(used.last, last);
    }
    for (const id of outputs) {
      const source = lowering.form === "alias" ? blocks.get(graph.ops[last].inputs[0]!) : undefined;
      if (source) blocks.set(id, source);
      else block(id, first);
    }
  }
  for (const id of [...graph.outputs, ...kept]) blocks.get(id)!.last = graph.ops.length;
  const variables = graph.variables.map(
    ({ initial }): Block => ({ bytes: initial.length, first: -1, last: graph.ops.length, offset: 0 }),
  );
  const bytes = assignOffsets([...variables, ...new Set(blocks.values()), ...scratch.values()]);
  return {
    bytes,
    tensors: new Map([...blocks].map(([id, { offset }]) => [id, offset])),
    variables: variables.map(({ offset }) => offset),
    scratch,
  };
}

/** Sets every block's offset. @returns the bytes that all of them take together */
export function assignOffsets(blocks: readonly Block[]): number {
  const placed: Block[] = [];
  const bySize = [...blocks].sort((a, b) => b.bytes - a.bytes || a.first - b.first); // sort is stable
  for (const block of bySize) {
    let offset = 0;
    for (const other of placed) {
      // `placed` is in order of offset: the first gap that is wide enough is the lowest one.
      if (other.first > block.last || block.first > other.last) continue;
      if (other.offset - offset >= block.bytes) break;
      offset = Math.max(offset, align(other.offset + other.bytes));
    }
    block.offset = offset;
    const next = placed.findIndex((other) => other.offset > offset);
    placed.splice(next < 0 ? placed.length : next, 0, block);
  }
  return align(placed.reduce((end, block) => Math.max(end, block.offset + block.bytes), 0));
}
