/** Runs vectors on two engines and compares all that they compute, a few vectors at a time. */
import type { Engine, Job, Machine, Vector, VectorReport } from "../../boards/engine.js";
import { type Difference, firstDifference, traceables } from "../compare.js";
import type { NamedVector } from "./inputs/read-inputs.js";
import type { Target } from "./target.js";

/** Traces of so many vectors are held at once. */
const BATCH = 8;

export interface Comparison {
  readonly vectors: number;
  /** Tensors and variables compared in each vector, outputs included. */
  readonly tensors: number;
  /** Bytes compared in all vectors. */
  readonly bytes: number;
  /** Tensors that are computed and could not be compared: the artifact does not have them in its arena. */
  readonly hidden: number;
  readonly difference?: Difference & { readonly vector: string };
}

export interface CompareOptions {
  readonly engines: readonly [Engine, Engine];
  readonly machine?: Machine;
  readonly onProgress: NonNullable<Job["onProgress"]>;
  /** Sees what each engine gave for each vector, by index. */
  readonly onTrace?: (engine: Engine, vector: number, report: VectorReport) => Promise<void>;
}

/** Stops at the first vector that differs. */
export async function compareEngines(
  { artifact, report }: Target,
  vectors: readonly NamedVector[],
  { engines, machine, onProgress, onTrace }: CompareOptions,
): Promise<Comparison> {
  const trace = traceables(report);
  const hidden = report.hidden.length;
  // Counts runs: each vector runs on two engines.
  const total = 2 * vectors.length;
  const run = async (engine: Engine, given: readonly Vector[], done: number) => {
    const ended = await engine.run({
      artifact,
      module: report.module,
      isMod: report.resident !== undefined,
      vectors: given,
      trace,
      ...(machine && { machine }),
      onProgress: (progress) =>
        onProgress(
          progress.what === "running" ? { ...progress, done: done + progress.done, total } : progress,
        ),
    });
    return ended.vectors;
  };
  const explain = async (steps: Vector, found: Difference): Promise<Difference> => {
    if (found.step === steps.length - 1) return found;
    const prefix = [steps.slice(0, found.step + 1)];
    const [[a], [b]] = [await run(engines[0], prefix, total - 2), await run(engines[1], prefix, total - 1)];
    return firstDifference(report, a, b) ?? found;
  };

  let bytes = 0;
  for (let start = 0; start < vectors.length; start += BATCH) {
    const batch = vectors.slice(start, start + BATCH);
    const steps = batch.map((vector) => vector.steps);
    const a = await run(engines[0], steps, 2 * start);
    const b = await run(engines[1], steps, 2 * start + batch.length);
    for (const [i, { name }] of batch.entries()) {
      await onTrace?.(engines[0], start + i, a[i]);
      await onTrace?.(engines[1], start + i, b[i]);
      bytes += observedBytes(a[i]);
      const found = firstDifference(report, a[i], b[i]);
      if (!found) continue;
      const difference = { vector: name, ...(await explain(steps[i], found)) };
      return { vectors: start + i + 1, tensors: trace.length, bytes, hidden, difference };
    }
  }
  return { vectors: vectors.length, tensors: trace.length, bytes, hidden };
}

function observedBytes({ outputs, trace }: VectorReport): number {
  return [...outputs, ...trace.values()].reduce((sum, part) => sum + part.length, 0);
}
