/** How a loss fell from epoch to epoch. */
import type { Markup } from "../../../bench/profile/html.js";
import type { Epoch } from "../../train/history.js";
import { short } from "./histogram.js";
import { drawLines } from "./lines.js";

/** The losses of training and validation data. */
export function drawCurves(caption: string, epochs: readonly Epoch[]): Markup {
  const training = epochs.map(({ loss }) => loss);
  const validation = epochs.map(({ validation }) => validation?.loss);
  const lines = [
    { name: "training", className: "whole", values: training },
    { name: "validation", className: "alone", values: validation },
  ];
  return drawLines(`${caption}: loss by epoch`, lines, short);
}
