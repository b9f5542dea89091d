/** How a method's choice and the mask that there is become one: torch's PruningContainer. */
import { elements } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import type { Mask } from "./mask.js";

/** Chooses single elements. */
export interface UnstructuredMethod {
  readonly type: "unstructured";
  /**
   * @param scores of the elements that are not pruned yet
   * @returns which of them stay
   */
  keep(scores: Float64Array): Mask;
}

/** Chooses whole channels: all elements with one index of a dimension. */
export interface StructuredMethod {
  readonly type: "structured";
  /** Of the parameter's layout here; negative numbers count from the last one. */
  readonly dim: number;
  /**
   * @param channels the scores of those that are not pruned entirely yet
   * @returns which of them stay
   */
  keep(channels: readonly Float64Array[]): Mask;
}

/** Knows beforehand. */
export interface CustomMethod {
  readonly type: "custom";
  readonly mask: Mask;
}

export type PruningMethod = UnstructuredMethod | StructuredMethod | CustomMethod;

/**
 * The mask after a method was applied to what an earlier mask left.
 *
 * @param scores of all elements
 * @throws Refusal for what the method refuses, dimensions that there are not, and masks of another size or not of 0 and 1
 */
export function maskAfter(
  method: PruningMethod,
  scores: Float64Array,
  shape: readonly number[],
  before: Mask,
): Mask {
  switch (method.type) {
    case "unstructured":
      return keepElements(method, scores, before);
    case "structured":
      return keepChannels(method, scores, shape, before);
    case "custom":
      checkMask(method.mask, shape);
      return before.map((kept, i) => kept & method.mask[i]);
  }
}

function keepElements(method: UnstructuredMethod, scores: Float64Array, before: Mask): Mask {
  const left = indexes(before.length, (i) => before[i] === 1);
  const kept = method.keep(Float64Array.from(left, (i) => scores[i]));
  const mask = before.slice();
  left.forEach((index, i) => {
    mask[index] &= kept[i];
  });
  return mask;
}

function keepChannels(
  method: StructuredMethod,
  scores: Float64Array,
  shape: readonly number[],
  before: Mask,
): Mask {
  const rank = shape.length;
  if (rank < 2) refuse("prune-rank", { rank });
  const { dim } = method;
  if (!Number.isInteger(dim) || dim < -rank || dim >= rank) refuse("prune-dimension", { dim, rank });
  const channels = channelIndexes(shape, dim < 0 ? dim + rank : dim);
  const left = channels.filter((channel) => channel.some((i) => before[i] === 1));
  const kept = method.keep(left.map((channel) => Float64Array.from(channel, (i) => scores[i])));
  const mask = before.slice();
  left.forEach((channel, i) => {
    if (!kept[i]) for (const index of channel) mask[index] = 0;
  });
  return mask;
}

/** The elements of each index of a dimension. */
export function channelIndexes(shape: readonly number[], dim: number): Int32Array[] {
  const count = shape[dim];
  const inner = elements(shape.slice(dim + 1));
  const size = elements(shape) / count;
  return Array.from({ length: count }, (_, channel) =>
    Int32Array.from(
      { length: size },
      (_, i) => (Math.floor(i / inner) * count + channel) * inner + (i % inner),
    ),
  );
}

/** @throws Refusal `mask-shape` or `mask-value` */
export function checkMask(mask: Mask, shape: readonly number[]): void {
  if (mask.length !== elements(shape)) refuse("mask-shape", { found: mask.length, shape });
  const index = mask.findIndex((kept) => kept !== 0 && kept !== 1);
  if (index >= 0) refuse("mask-value", { index, value: mask[index] });
}

function indexes(length: number, isWanted: (index: number) => boolean): number[] {
  return Array.from({ length }, (_, i) => i).filter(isWanted);
}
