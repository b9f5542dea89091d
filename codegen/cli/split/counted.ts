/** Splits on emulated boards: what each stage takes there, counted. */
import type { Engine } from "../../../boards/engine.js";
import { machineOf } from "../../../boards/machine.js";
import { emit } from "../../emit/artifact.js";
import type { RuntimeSources } from "../../emit/runtime-files.js";
import { refuse } from "../../problems/problem.js";
import { layoutModule, layoutOf } from "../../split/layout.js";
import { type Link, receiveInstructions, sendInstructions, transferMilliseconds } from "../../split/link.js";
import type { SplitPlan } from "../../split/split-plan.js";
import type { StageBoard } from "../../split/stage-board.js";

export interface CountedSplit {
  /** Of each stage for one inference, garbage collections included. */
  readonly instructions: readonly number[];
  readonly outputs: Uint8Array;
}

/**
 * Runs the artifacts of a split one after another on an engine that counts, each on what the one before it has made.
 *
 * @param known stages that were counted before, by what they are and their inputs; new ones are added
 * @throws Refusal `bench-not-counted` where the engine does not count
 */
export async function countSplit(
  engine: Engine,
  { stages }: SplitPlan,
  module: string,
  inputs: Uint8Array,
  sources: RuntimeSources,
  known: Map<string, { readonly instructions: number; readonly outputs: Uint8Array }>,
): Promise<CountedSplit> {
  const instructions: number[] = [];
  let outputs = inputs;
  for (const { planned, first, end, boardIndex } of stages) {
    const { creation } = planned.placement;
    const key = JSON.stringify([
      module,
      first,
      end,
      creation,
      planned.plan.flashBytes,
      boardIndex > 0,
      outputs.length,
    ]);
    const found = known.get(key) ?? (await run());
    known.set(key, found);
    instructions.push(found.instructions);
    outputs = found.outputs;

    async function run() {
      const layout = layoutModule(layoutOf(planned.graph, ""));
      const artifact = emit(planned.plan, module, sources, [], { layout, creation });
      const job = { artifact, module, vectors: [[outputs]], machine: machineOf(creation), stepSeconds: 3600 };
      const { counters, vectors } = await engine.run(job);
      const { instructions } = counters;
      if (instructions === undefined) return refuse("bench-not-counted", { engine: engine.name });
      return { instructions, outputs: vectors[0].outputs[0] };
    }
  }
  return { instructions, outputs };
}

/** Milliseconds from one result to the next with the pipeline full: those of the slowest board or link. */
export function countedInterval(
  { stages }: SplitPlan,
  { instructions }: CountedSplit,
  boards: readonly StageBoard[],
  links: readonly Link[],
): number {
  const times = stages.flatMap(({ boardIndex, bytesSent }, i) => {
    const received = i > 0 ? receiveInstructions(links[boardIndex - 1], stages[i - 1].bytesSent) : 0;
    const sent = bytesSent > 0 ? sendInstructions(links[boardIndex], bytesSent) : 0;
    const computed = boards[boardIndex].milliseconds(instructions[i] + received + sent);
    return bytesSent > 0 ? [computed, transferMilliseconds(links[boardIndex], bytesSent)] : [computed];
  });
  return Math.max(...times);
}
