/** The student as it is written. */

import type { Sample } from "../../compress/quantize/calibrate.js";
import type { QuantizeOptions } from "../../compress/quantize/quantize.js";
import { quantizeTrained } from "../../compress/train/quantize-trained.js";
import type { Graph } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import { modelOutput, type Output } from "../quantize/output.js";

type Formats = Pick<QuantizeOptions, "scheme" | "layers"> | undefined;

/** What it was trained to be: quantized, or float. */
export function trainedGraph(
  trained: Parameters<typeof quantizeTrained>[0],
  samples: readonly Sample[],
  formats: Formats,
): Graph {
  return formats ? quantizeTrained(trained, samples, formats).graph : trained.graph;
}

/** @throws Refusal for other extensions, and for what the format of the file does not have */
export function outputOf(path: string, graph: Graph): Output {
  return modelOutput(path, graph) ?? refuse("arguments", { message: "-o must end in .tflite or .onnx" });
}

/**
 * Refuses before a training what could not be written after it.
 *
 * @throws Refusal as `outputOf` and `quantize` do
 */
export function rehearse(path: string, student: Graph, samples: readonly Sample[], formats: Formats): void {
  const untrained = { graph: student, calibration: undefined, weightScales: new Map() };
  outputOf(path, trainedGraph(untrained, samples.slice(0, REHEARSED), formats));
}

/** Samples that show what cannot be quantized. */
const REHEARSED = 32;
