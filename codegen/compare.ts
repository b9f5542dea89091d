/** Whether two engines computed the same, and where they first differ. */
import type { Report } from "./emit/report.js";
import { elementsOf } from "./graph/elements.js";
import { DTYPE_BYTES, type DType } from "./graph/graph.js";

/** What an engine gave for a vector: outputs by step, traced tensors by id in the last step. */
export interface Observed {
  readonly outputs: readonly Uint8Array[];
  readonly trace: ReadonlyMap<number, Uint8Array>;
}

/** Something in the arena that can be traced: a tensor, or a streaming variable with an id after those of tensors. */
export interface Traceable {
  readonly id: number;
  readonly name: string;
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
  /** Index of the layer after which it is complete; −1 for model inputs. */
  readonly layer: number;
}

export interface Difference {
  /** The step of the vector, from 0. */
  readonly step: number;
  readonly tensor: {
    readonly id: number;
    readonly name: string;
    readonly dtype: DType;
    readonly shape: readonly number[];
  };
  /** What computes the tensor; absent for a model input. */
  readonly layer?: { readonly index: number; readonly kind: string; readonly name: string };
  /** Row-major index of the first element that differs, and what each engine has there. */
  readonly element: number;
  readonly values: readonly [number | string, number | string];
  /** How many elements of the tensor differ. */
  readonly differing: number;
}

/** Everything to trace of a model, in the order of computation; variables last, as the run leaves them. */
export function traceables(report: Report): Traceable[] {
  const tensors = report.tensors.map(({ id, name, dtype, shape, offset, bytes, layer }) => {
    return { id, name, dtype, shape, offset, length: bytes, layer };
  });
  tensors.sort((a, b) => a.layer - b.layer || a.id - b.id);
  const free = tensors.reduce((most, { id }) => Math.max(most, id + 1), 0);
  const variables = report.variables.map(({ name, offset, length }, i) => {
    return {
      id: free + i,
      name,
      dtype: "int8" as const,
      shape: [length],
      offset,
      length,
      layer: report.layers.length - 1,
    };
  });
  return [...tensors, ...variables];
}

/**
 * The first difference between two runs of one vector. Outputs show in which step; only the last step has a trace, so
 * run the vector again up to that step to learn more of an earlier one.
 */
export function firstDifference(report: Report, a: Observed, b: Observed): Difference | undefined {
  const all = traceables(report);
  const last = a.outputs.length - 1;
  const differentOutput = (step: number) => {
    let at = 0;
    for (const id of report.outputs) {
      const output = all.find((tensor) => tensor.id === id)!;
      const part = (bytes: Uint8Array) => bytes.subarray(at, at + output.length);
      const found = difference(report, output, step, part(a.outputs[step]), part(b.outputs[step]));
      if (found) return found;
      at += output.length;
    }
    return undefined;
  };
  for (let step = 0; step < last; step++) {
    const found = differentOutput(step);
    if (found) return found;
  }
  for (const traceable of all) {
    const [x, y] = [a.trace.get(traceable.id), b.trace.get(traceable.id)];
    const found = x && y && difference(report, traceable, last, x, y);
    if (found) return found;
  }
  return differentOutput(last);
}

function difference(
  { layers }: Report,
  { id, name, dtype, shape, layer }: Traceable,
  step: number,
  a: Uint8Array,
  b: Uint8Array,
): Difference | undefined {
  const differing = new Set<number>();
  const size = DTYPE_BYTES[dtype];
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) differing.add(Math.floor(i / size));
  const [element] = differing;
  if (element === undefined) return undefined;
  const value = (bytes: Uint8Array) => {
    const found = elementsOf(dtype, bytes)[element];
    return typeof found === "bigint" ? `${found}` : found;
  };
  return {
    step,
    tensor: { id, name, dtype, shape },
    ...(layer >= 0 && { layer: { index: layer, kind: layers[layer].kind, name: layers[layer].name } }),
    element,
    values: [value(a), value(b)],
    differing: differing.size,
  };
}
