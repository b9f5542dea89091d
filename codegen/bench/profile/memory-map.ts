/** The memory plan over time: which bytes of the arena hold what, during which layers. */
import type { Report } from "../../emit/report.js";

export interface Block {
  /** Tensors that share it: the first was computed, the others are other shapes of the same bytes. */
  readonly names: readonly string[];
  readonly kind: "input" | "output" | "between" | "state";
  /** Bytes in the arena. */
  readonly offset: number;
  readonly bytes: number;
  /** Indices of the first and last layer, both inclusive, during which it holds something. */
  readonly first: number;
  readonly last: number;
}

export function memoryMap({ tensors, layers, inputs, outputs, variables }: Report): Block[] {
  const end = layers.length - 1;
  const lastUse = new Map<number, number>();
  for (const [i, layer] of layers.entries())
    for (const id of layer.inputs) if (id !== null) lastUse.set(id, i);
  const blocks = new Map<string, Block>();
  for (const { id, name, offset, bytes, layer } of tensors) {
    const isOutput = outputs.includes(id);
    const kind = isOutput ? "output" : inputs.includes(id) ? "input" : "between";
    const first = Math.max(layer, 0);
    const last = isOutput ? end : Math.max(first, lastUse.get(id) ?? first);
    const key = `${offset} ${bytes} ${layer}`;
    const same = blocks.get(key);
    blocks.set(key, {
      names: [...(same?.names ?? []), name],
      kind: same && kind === "between" ? same.kind : kind,
      offset,
      bytes,
      first,
      last: Math.max(last, same?.last ?? last),
    });
  }
  const state = variables.map(
    ({ name, offset, length }): Block => ({
      names: [name],
      kind: "state",
      offset,
      bytes: length,
      first: 0,
      last: end,
    }),
  );
  return [...state, ...blocks.values()];
}

/** Bytes of the arena that hold something during a layer. */
export function liveBytes(blocks: readonly Block[], layer: number): number {
  return blocks
    .filter(({ first, last }) => first <= layer && layer <= last)
    .reduce((sum, { bytes }) => sum + bytes, 0);
}
