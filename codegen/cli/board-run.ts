/** What a run on a board took: counted where an engine counts, and what follows from it for the board. */
import type { Counters } from "../../boards/engine.js";
import type { Prediction } from "../../boards/predict.js";
import { type LayerCost, layerCosts } from "../bench/measurement.js";
import type { Report } from "../emit/report.js";
import { boardText, machineText, predictionText } from "./board-text.js";
import { countersText } from "./counters.js";
import { layerTable } from "./layer-table.js";
import { type BoardMachine, type OnBoard, predicted } from "./on-board.js";

export interface BoardRun {
  readonly onBoard: OnBoard;
  /** Absent on this computer, as is the prediction. */
  readonly machine?: BoardMachine;
  readonly prediction?: Prediction;
  readonly inferences: number;
  /** Of one inference; absent where the engine does not count them. */
  readonly layers?: readonly LayerCost[];
}

/** @param run its plan, what was counted, and over how many inferences */
export function boardRun(
  onBoard: OnBoard,
  machine: BoardMachine | undefined,
  run: { readonly report: Report; readonly counters: Counters; readonly inferences: number },
): BoardRun {
  const { report, counters, inferences } = run;
  const { instructions, layers } = counters;
  const each = instructions === undefined ? undefined : instructions / inferences;
  const prediction = predicted(onBoard, each);
  return {
    onBoard,
    inferences,
    ...(machine && { machine }),
    ...(prediction && { prediction }),
    ...(layers && { layers: layerCosts(report, layers, inferences) }),
  };
}

export async function boardRunText(run: BoardRun, counters: Counters): Promise<string> {
  const { onBoard, machine, prediction, inferences, layers } = run;
  const { board, selection } = onBoard;
  const parts = [`${boardText(onBoard)}\n`];
  if (layers) {
    const mean = inferences === 1 ? "" : `One inference, the mean of ${inferences}:\n`;
    parts.push(`\n${mean}${await layerTable(layers)}\n`);
  }
  parts.push(countersText(counters));
  if (board.kind === "chip" && machine) parts.push(`${machineText(machine.choice, board)}\n`);
  if (board.kind === "chip" && prediction) parts.push(`${predictionText(prediction, board, selection)}\n`);
  return parts.join("");
}

export function boardRunDocument({ onBoard, machine, prediction, inferences, layers }: BoardRun): object {
  const { board, selection } = onBoard;
  return {
    name: board.name,
    ...selection,
    inferences,
    ...(machine && { machine: { ...machine.choice, ...machine.machine } }),
    ...(layers && { layers }),
    ...(prediction && { predicted: prediction }),
  };
}
