/** What quantization did to each layer. */
import { FloatModel } from "../../float/execute.js";
import { elementsOf } from "../../graph/elements.js";
import type { DType, Graph, Tensor, TensorId } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { realValues } from "../../graph/real-values.js";
import { POSITIONS } from "../../passes/float/weighted.js";
import type { Sample } from "../quantize/calibrate.js";
import type { LayerReport, Quantized } from "../quantize/quantize.js";
import { Distributed, type Distribution } from "./distribution.js";

export interface LayerRow extends Omit<LayerReport, "scheme" | "output"> {
  /** Position in the model, after its passes: what `--layer` takes beside the name. Absent for what quantization adds. */
  readonly index?: number;
  /** Type of the output, and the format of the weights before it where there are any, as in `int4/int8`. */
  readonly scheme: string;
  /** The layer's first output. */
  readonly activations: Chosen;
  readonly weights?: Chosen;
}

/** A tensor in float32 on calibration data, and what was made of it. */
export interface Chosen {
  readonly dtype: DType;
  /** The least and the greatest real number that it can hold; weights: as far as they reach on both sides of 0. */
  readonly low: number;
  readonly high: number;
  /** One, or one a channel. */
  readonly scales: number;
  readonly float: Distribution;
}

/** Samples whose activations are drawn. */
const DRAWN = 32;

/** What activations of a type can hold. */
const LIMITS: Partial<Record<DType, readonly [number, number]>> = {
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  float8e4m3: [-448, 448],
  float8e5m2: [-57_344, 57_344],
};

/**
 * One row for each operator of the float graph that was quantized.
 *
 * @param model the float graph that was given
 */
export function layerRows(quantized: Quantized, model: Graph, samples: readonly Sample[]): LayerRow[] {
  const { float, graph, layers } = quantized;
  const seen = distributions(float, samples.slice(0, DRAWN));
  return layers.map(({ scheme, output, ...error }, i) => {
    const op = float.ops[i];
    const index = model.ops.findIndex(({ name }) => name === op.name);
    const weights = weightsOf(float, graph, op);
    const { dtype } = graph.tensors[output];
    return {
      ...error,
      ...(index >= 0 && { index }),
      scheme: weights ? `${scheme.weights}/${dtype}` : dtype,
      activations: { ...rangeOf(graph.tensors[output]), float: seen.get(output)! },
      ...(weights && { weights }),
    };
  });
}

function distributions(float: Graph, samples: readonly Sample[]): Map<TensorId, Distribution> {
  const model = new FloatModel(float);
  const seen = new Map(float.ops.map(({ outputs: [id] }) => [id, new Distributed()]));
  for (const sample of samples) {
    const values = model.run(sample);
    for (const [id, distributed] of seen) distributed.add(values.get(id)!);
  }
  return new Map([...seen].map(([id, { distribution }]) => [id, distribution]));
}

/** The weights of an operator that has some, found again by its outputs, which keep their indexes. */
function weightsOf(float: Graph, graph: Graph, op: Op): Chosen | undefined {
  if (!(op.kind in POSITIONS)) return undefined;
  const { weights: position } = POSITIONS[op.kind as keyof typeof POSITIONS];
  const after = graph.ops.find(({ outputs }) => outputs[0] === op.outputs[0]);
  const [before, made] = [op, after].map((it) => it?.inputs[position]);
  const data = typeof before === "number" ? float.tensors[before].data : undefined;
  if (!data || typeof made !== "number") return undefined;
  const distributed = new Distributed();
  distributed.add(elementsOf("float32", data) as Float32Array);
  return { ...rangeOf(graph.tensors[made]), float: distributed.distribution };
}

function rangeOf(tensor: Tensor): Omit<Chosen, "float"> {
  const { dtype, quantization, data } = tensor;
  const { scales, zeroPoints } = quantization!;
  if (data) {
    const most = realValues(tensor).reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    return { dtype, low: -most, high: most, scales: scales.length };
  }
  const [least, greatest] = LIMITS[dtype] ?? [0, 0];
  const [scale, zeroPoint] = [scales[0], zeroPoints[0]];
  return { dtype, low: scale * (least - zeroPoint), high: scale * (greatest - zeroPoint), scales: 1 };
}
