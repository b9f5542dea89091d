/** Counts one inference, for commands that otherwise estimate it. */
import type { ChipBoard } from "../../boards/board.js";
import type { Model } from "../../boards/fit.js";
import type { Cli } from "./cli.js";
import { randomVectors } from "./inputs/random.js";
import { edges } from "./inputs/tensor.js";
import { withProgress } from "./progress.js";
import type { Target } from "./target.js";

/** Values say little about cost, but a count is only repeatable on the same ones. */
const VECTOR = { count: 1, steps: 1, seed: 1 };

/**
 * What is known of a model on each board once the engines of these boards have run it, each of them once and on the
 * first board where it fits. A board whose engine has none where it fits keeps the estimate.
 */
export async function countedModels(
  cli: Cli,
  { artifact, report }: Target,
  estimated: Model,
  boards: readonly ChipBoard[],
): Promise<ReadonlyMap<ChipBoard, Model>> {
  const { selectEngine } = await import("../../boards/select.js");
  const { chooseMachine, machineOf } = await import("../../boards/machine.js");
  const { exactly } = await import("../../boards/figure.js");
  const vectors = randomVectors(edges(report, report.inputs), VECTOR).map(({ steps }) => steps);
  const counted = new Map<string, Model>();
  for (const board of boards) {
    const { engine, isa } = selectEngine(board);
    const { creation, short } = chooseMachine(estimated.memory, board);
    if (isa === undefined || counted.has(engine) || short.length > 0) continue;
    const runner = await cli.engine(engine);
    const machine = machineOf(creation);
    const { counters } = await withProgress(cli.io, (onProgress) =>
      runner.run({ artifact, module: report.module, vectors, machine, onProgress }),
    );
    const { instructions, flash } = counters;
    counted.set(engine, {
      ...estimated,
      ...(instructions !== undefined && {
        instructions: { count: exactly(instructions), isa, basis: "counted" },
      }),
      ...(flash && { bytecode: { bytes: flash.bytecodeBytes + flash.modelFrozenBytes, basis: "counted" } }),
    });
  }
  return new Map(boards.map((board) => [board, counted.get(selectEngine(board).engine) ?? estimated]));
}
