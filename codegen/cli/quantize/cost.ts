/** What a quantized model is predicted to take. */
import type { Board, ChipBoard } from "../../../boards/board.js";
import { estimateBytecode, placeOn } from "../../../boards/fit.js";
import { machineOf, mostBytes } from "../../../boards/machine.js";
import { estimateFor, predict } from "../../../boards/predict.js";
import { type Compiled, compileGraph } from "../../compile.js";
import type { Sample } from "../../compress/quantize/calibrate.js";
import type { BoardCost, Cost } from "../../compress/report/report.js";
import { heapOf, modelCost } from "../../cost/model.js";
import { report } from "../../emit/report.js";
import type { Graph } from "../../graph/graph.js";
import { runPasses } from "../../passes/index.js";
import { creationBytes } from "../../plan/creation.js";
import { plan } from "../../plan/plan.js";
import { edges, quantized } from "../inputs/tensor.js";
import { boardPlan } from "../on-board.js";
import { predictedCosts } from "../predicted-run.js";
import { runtimeSources } from "../runtime-sources.js";

/** Samples whose inferences are predicted. */
const PREDICTED = 4;

/** Plans a quantized graph for a board, or where none is given as fast as it can be. */
export async function compileQuantized(graph: Graph, module: string, board?: Board): Promise<Compiled> {
  return compileGraph(graph, module, await runtimeSources(), board ? boardPlan({ board }) : {});
}

export function costOf(compiled: Compiled, samples: readonly Sample[], board?: Board): Cost {
  const found = report(compiled.plan, compiled.module);
  const { flashBytes, macs, memory, layers } = found;
  if (board?.kind === "chip") return { macs, ...costOn(board, compiled, samples) };
  const instructions = Math.round(layers.reduce((sum, layer) => sum + layer.instructions, 0));
  return { flashBytes, ramBytes: memory.chunkBytes, instructions, macs };
}

/**
 * What a quantized graph takes on a board, without compiling it: instructions are those where no activation is zero. With its final
 * weights that is the most that it takes, but for bytecode, which is estimated.
 */
export function boundOn(graph: Graph, board: ChipBoard): Cost {
  const planned = plan(runPasses(graph), boardPlan({ board }));
  const found = report(planned, "model");
  const { memory, weightsBytes, macs } = found;
  const { machine, flash, short } = placeOn(
    { memory, weightsBytes, bytecode: estimateBytecode(found) },
    board,
  );
  const heap = heapOf(planned, machineOf(machine.creation));
  const instructions = Math.round(modelCost(planned.layers, heap).instructions);
  return { macs, ...placed(board, { machine, flash, short }, instructions) };
}

function costOn(
  board: ChipBoard,
  compiled: Compiled,
  samples: readonly Sample[],
): Omit<Cost, "macs"> & { readonly board: BoardCost } {
  const found = report(compiled.plan, compiled.module);
  const { memory, weightsBytes } = found;
  const { machine, flash, short } = placeOn(
    { memory, weightsBytes, bytecode: estimateBytecode(found) },
    board,
  );
  const inputs = edges(found, found.inputs);
  const vectors = samples
    .slice(0, PREDICTED)
    .map((sample) => [
      Buffer.concat(inputs.map((input, i) => quantized(sample[i], input, `sample input ${input.name}`))),
    ]);
  const { inferences, costs } = predictedCosts(compiled, machineOf(machine.creation), vectors);
  const instructions = Math.round(costs.reduce((sum, cost) => sum + cost.instructions, 0) / inferences);
  return placed(board, { machine, flash, short }, instructions);
}

function placed(
  board: ChipBoard,
  { machine, flash, short }: ReturnType<typeof placeOn>,
  instructions: number,
): Omit<Cost, "macs"> & { readonly board: BoardCost } {
  return {
    flashBytes: flash.needed,
    ramBytes: creationBytes(machine.creation),
    instructions,
    board: {
      name: board.name,
      fits: short.length === 0,
      flashAvailable: flash.available,
      ramAvailable: mostBytes(board, false),
      ...predict(estimateFor(instructions), board),
    },
  };
}
