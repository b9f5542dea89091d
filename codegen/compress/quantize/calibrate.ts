/** What the tensors of a float model hold on calibration data. */
import { FloatModel } from "../../float/execute.js";
import { elements, type Graph, type TensorId } from "../../graph/graph.js";
import { CELL } from "../../ops/unidirectional-sequence-lstm.js";
import { tryEach } from "../../problems/collector.js";
import { opPlace, refuse, refuseAny, tensorPlace } from "../../problems/problem.js";
import { cellStates, isLstm } from "./lstm.js";
import { OBSERVERS, type ObserverName } from "./observers/index.js";
import type { Observer } from "./observers/observer.js";

/** One input of the model for each of its inputs, row-major in its shape. */
export type Sample = readonly Float32Array[];

/** The range of each tensor that is fed or computed, and of LSTMs' cell states. */
export type Calibration = ReadonlyMap<TensorId, Pick<Observer, "range">>;

/**
 * Runs a float model on samples, one after another.
 *
 * @throws Refusal for samples that `requireSamples` refuses, and `activation-not-finite` for the first operator
 *   that makes infinities or NaN of them
 */
export function calibrate(graph: Graph, samples: readonly Sample[], observer: ObserverName): Calibration {
  requireSamples(graph, samples);
  const model = new FloatModel(graph);
  const observers = new Map<TensorId, Observer>();
  samples.forEach((sample, i) => {
    const values = model.run(sample);
    for (const op of graph.ops)
      if (op.outputs.some((id) => !values.get(id)!.every(Number.isFinite)))
        refuse("activation-not-finite", { sample: i }, opPlace(op));
    const cells = graph.ops
      .filter(isLstm)
      .map((op) => [op.inputs[CELL]!, cellStates(graph, op, values)] as const);
    for (const [id, tensor] of [...values, ...cells]) {
      const existing = observers.get(id);
      const current = existing ?? new OBSERVERS[observer]();
      if (!existing) observers.set(id, current);
      current.observe(tensor);
    }
  });
  return observers;
}

/**
 * Refuses what cannot be calibrated with: no samples, other shapes than the model's inputs, values that are not finite, and an
 * input that is one number throughout.
 */
export function requireSamples(graph: Graph, samples: readonly Sample[]): void {
  requireFittingSamples(graph, samples);
  refuseAny(
    graph.inputs.flatMap((id, position) => {
      const [value] = samples[0][position];
      const isConstant = samples.every((sample) => sample[position].every((other) => other === value));
      if (!isConstant) return [];
      const place = tensorPlace(id, graph.tensors[id]);
      return [{ code: "samples-constant" as const, details: { value }, place }];
    }),
  );
}

/** Refuses no samples, other shapes than the model's inputs, and values that are not finite. */
export function requireFittingSamples(graph: Graph, samples: readonly Sample[]): void {
  if (samples.length === 0) refuse("samples-missing", {});
  tryEach(samples, (sample, i) => requireSample(graph, sample, i));
}

function requireSample({ inputs, tensors }: Graph, values: Sample, sample: number): void {
  const [found, expected] = [values.length, inputs.length];
  if (found !== expected) refuse("sample-input-count", { sample, found, expected });
  tryEach(inputs, (id, position) => {
    const place = tensorPlace(id, tensors[id]);
    const { shape } = tensors[id];
    const input = values[position];
    if (input.length !== elements(shape))
      refuse("sample-shape", { sample, found: input.length, shape }, place);
    const index = input.findIndex((value) => !Number.isFinite(value));
    if (index >= 0) refuse("sample-not-finite", { sample, index, value: input[index] }, place);
  });
}
