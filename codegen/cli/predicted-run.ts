/** `xsnn run --predict`: what inputs are predicted to take on a board, whose engine is not needed for that. */
import type { ChipBoard } from "../../boards/board.js";
import type { Machine } from "../../boards/engine.js";
import { estimateFor, type Prediction, predict } from "../../boards/predict.js";
import { type LayerCost, layerCosts } from "../bench/measurement.js";
import type { Compiled } from "../compile.js";
import { predictedFor } from "../cost/activity.js";
import { layerCollections } from "../cost/collections.js";
import { heapOf, type LayerUse, modelCost } from "../cost/model.js";
import { thousands } from "../emit/text.js";
import { activations } from "../observe.js";
import { refuse } from "../problems/problem.js";
import { machineText, predictionText } from "./board-text.js";
import { layerTable } from "./layer-table.js";
import { type BoardMachine, boardMachine, type OnBoard } from "./on-board.js";
import type { Target } from "./target.js";

export interface PredictedRun {
  readonly onBoard: OnBoard;
  readonly board: ChipBoard;
  readonly machine: BoardMachine;
  readonly inferences: number;
  /** Of one inference: the mean. */
  readonly layers: readonly LayerCost[];
  readonly instructions: number;
  /** Where no activation is zero, which is the most that inputs may take. */
  readonly bound: number;
  readonly prediction: Prediction;
}

/**
 * @param vectors the inputs of the inferences that follow each other, by vector
 * @throws Refusal `arguments` for the folder of an artifact, `board-is-host`, or what `boardMachine` refuses
 */
export function predictedRun(
  onBoard: OnBoard | undefined,
  target: Target,
  vectors: readonly (readonly Uint8Array[])[],
): PredictedRun {
  if (!onBoard) return refuse("arguments", { message: "--predict needs a --board" });
  const { board } = onBoard;
  const machine = boardMachine(onBoard, target);
  if (board.kind === "host" || !machine) return refuse("board-is-host", { board: board.name });
  const { compiled, report } = target;
  if (!compiled)
    return refuse("arguments", { message: "--predict needs the model's file, not a compiled folder" });
  const { plan } = compiled;
  const heap = heapOf(plan, machine.machine);
  const { inferences, costs } = predictedCosts(compiled, machine.machine, vectors);
  const instructions = Math.round(sum(costs, (it) => it.instructions) / inferences);
  return {
    onBoard,
    board,
    machine,
    inferences,
    layers: layerCosts(report, costs, inferences),
    instructions,
    bound: Math.round(modelCost(plan.layers, heap).instructions),
    prediction: predict(estimateFor(instructions), board),
  };
}

/** What layers are predicted to take in all of these inferences together, with their collections. */
export function predictedCosts(
  { graph, plan }: Pick<Compiled, "graph" | "plan">,
  machine: Machine,
  vectors: readonly (readonly Uint8Array[])[],
): {
  readonly inferences: number;
  readonly costs: readonly { readonly instructions: number; readonly inCollections: number }[];
} {
  const heap = heapOf(plan, machine);
  const inferences = vectors
    .flatMap((steps) => activations(graph, steps))
    .map((it) => predictedFor(plan, it));
  const costs = plan.layers.map((_, i) => {
    const uses: LayerUse[] = inferences.map((layers) => layers[i]);
    const inCollections = sum(uses, (it) => layerCollections(it.cost, it.restingBytes ?? 0, heap));
    return { instructions: inCollections + sum(uses, (it) => it.cost.instructions), inCollections };
  });
  return { inferences: inferences.length, costs };
}

function sum<T>(of: readonly T[], figure: (it: T) => number): number {
  return of.reduce((total, it) => total + figure(it), 0);
}

export async function predictedRunText(run: PredictedRun): Promise<string> {
  const { onBoard, board, machine, inferences, layers, instructions, bound, prediction } = run;
  const mean = inferences === 1 ? "" : `, the mean of ${inferences}`;
  return `${board.name}: ${board.title}, predicted and not run
One inference with these inputs${mean}:
${await layerTable(layers)}
Instructions: ${thousands(instructions)} predicted; ${thousands(bound)} where no activation is zero
${machineText(machine.choice, board)}
${predictionText(prediction, board, onBoard.selection)}
`;
}

export function predictedRunDocument(run: PredictedRun): object {
  const { onBoard, machine, inferences, layers, instructions, bound, prediction } = run;
  return {
    name: onBoard.board.name,
    inferences,
    machine: { ...machine.choice, ...machine.machine },
    layers,
    instructions,
    boundInstructions: bound,
    predicted: prediction,
  };
}
