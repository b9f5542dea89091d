/**
 * Everything that can be refused. A problem is data, with a stable code: finding one and putting it into words
 * (format.ts) are separate. Each area declares its codes and their words side by side.
 */

import type { BenchProblems } from "./bench.js";
import type { BoardProblems } from "./board.js";
import type { ChainProblems } from "./chain.js";
import type { ChipProblems } from "./chip.js";
import type { ClusteringProblems } from "./clustering.js";
import type { DataProblems } from "./data.js";
import type { EngineProblems } from "./engine.js";
import type { FederatedProblems } from "./federated.js";
import type { FlashProblems } from "./flash.js";
import type { FloatProblems } from "./float.js";
import type { GraphProblems } from "./graph.js";
import type { ImportProblems } from "./import.js";
import type { ModProblems } from "./mod.js";
import type { ModdableProblems } from "./moddable.js";
import type { OnnxProblems } from "./onnx.js";
import type { OperatorProblems } from "./operator.js";
import type { PruningProblems } from "./pruning.js";
import type { QuantizationProblems } from "./quantization.js";
import type { SplitProblems } from "./split.js";
import type { StoreProblems } from "./store.js";
import type { TrainingProblems } from "./training.js";
import type { UsageProblems } from "./usage.js";

/** Where a problem is; every field that applies is given. */
export interface Place {
  readonly op?: { readonly kind: string; readonly name: string };
  readonly tensor?: { readonly id: number; readonly name: string };
}

/** An operator as the place of a problem. */
export function opPlace({ kind, name }: NonNullable<Place["op"]>): Place {
  return { op: { kind, name } };
}

/** A tensor as the place of a problem. */
export function tensorPlace(id: number, { name }: { readonly name: string }): Place {
  return { tensor: { id, name } };
}

/** What is wrong, in one sentence without its place, and what to do about it. */
export interface Words {
  readonly what: string;
  readonly todo: string;
}

/** The words of each code of one area. */
export type WordsOf<Area> = { readonly [Code in keyof Area]: (details: Area[Code]) => Words };

export interface Details
  extends ImportProblems,
    OnnxProblems,
    GraphProblems,
    OperatorProblems,
    FloatProblems,
    QuantizationProblems,
    PruningProblems,
    TrainingProblems,
    ClusteringProblems,
    UsageProblems,
    DataProblems,
    EngineProblems,
    BoardProblems,
    ModdableProblems,
    FederatedProblems,
    FlashProblems,
    ChipProblems,
    ChainProblems,
    SplitProblems,
    StoreProblems,
    ModProblems,
    BenchProblems {}

export type Code = keyof Details;

export type Problem = {
  [C in Code]: { readonly code: C; readonly place: Place; readonly details: Details[C] };
}[Code];

/** Thrown where going on is impossible; carries every problem found so far, at least one. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.code).join(", "));
    this.problems = problems;
  }
}

/** Refuses for one reason. */
export function refuse<C extends Code>(code: C, details: Details[C], place: Place = {}): never {
  throw new Refusal([{ code, place, details } as Problem]);
}

/** @throws Refusal with the problems, where there are any */
export function refuseAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Refusal(problems);
}
