/** What a quantized model takes when it runs on a board's engine. */
import type { Counters } from "../../boards/engine.js";
import type { Counted } from "../bench/formats/table.js";
import type { Sample } from "../compress/quantize/calibrate.js";
import { activationType, quantizeValues } from "../compress/quantize/types.js";
import type { Graph } from "../graph/graph.js";
import { refuse } from "../problems/problem.js";
import { edges, quantized } from "./inputs/tensor.js";
import { boardMachine, type OnBoard } from "./on-board.js";
import type { Target } from "./target.js";

/**
 * Runs samples on a board, and holds it to what the same model computes here.
 *
 * @param graph what was compiled
 * @param outputs the real values of its first output, of these samples at least
 * @returns the most instructions of a sample, collections included, and what was allocated and linked
 * @throws Refusal `bench-wrong-output` where the board computes something else
 */
export async function countOnBoard(
  { artifact, report }: Target,
  onBoard: OnBoard,
  graph: Graph,
  samples: readonly Sample[],
  outputs: readonly Float32Array[],
): Promise<Counted> {
  const type = activationType(graph.tensors[graph.outputs[0]])!;
  const inputs = edges(report, report.inputs);
  const vectors = samples.map((sample) => [
    Buffer.concat(inputs.map((input, i) => quantized(sample[i], input, input.name))),
  ]);
  const machine = boardMachine(onBoard, { artifact, report })?.machine;
  const job = { artifact, module: report.module, vectors, ...(machine && { machine }), stepSeconds: 3600 };
  const { vectors: found, counters } = await onBoard.engine.run(job);
  found.forEach(({ outputs: [bytes] }, vector) => {
    const expected = new Uint8Array(quantizeValues(outputs[vector], type).buffer);
    if (Buffer.compare(bytes, expected) !== 0)
      refuse("bench-wrong-output", { model: report.module, engine: onBoard.engine.name, vector });
  });
  const sum = (layers: readonly number[]) => layers.reduce((total, one) => total + one, 0);
  const layers = found
    .map(({ layers = [] }) => layers.map(({ instructions }) => instructions))
    .reduce((a, b) => (sum(b) > sum(a) ? b : a));
  return { ...memoryOf(counters, onBoard), instructions: sum(layers), layers };
}

function memoryOf({ heap, flash }: Counters, { engine }: OnBoard): Pick<Counted, "flashBytes" | "ramBytes"> {
  if (!heap || !flash) return refuse("bench-not-counted", { engine: engine.name });
  return {
    flashBytes: flash.bytecodeBytes + flash.modelFrozenBytes + flash.constantBytes,
    ramBytes: heap.liveChunkBytes + heap.slotBytes * (heap.liveSlots + heap.peakStackSlots),
  };
}
