/** Mixed precision: more bits where they matter, until accuracy holds. */
import type { Graph } from "../../graph/graph.js";
import { POSITIONS } from "../../passes/float/weighted.js";
import { refuse } from "../../problems/problem.js";
import type { Sample } from "./calibrate.js";
import type { SchemeName } from "./formats.js";
import { type Quantized, type QuantizeOptions, quantize } from "./quantize.js";
import { sensitivities } from "./sensitivity.js";

export interface AutoOptions extends Omit<QuantizeOptions, "scheme" | "layers"> {
  /** The scheme to begin with; int8 where not given. */
  readonly scheme?: SchemeName;
  /** By how much accuracy may be below the float model's. */
  readonly maxDrop: number;
  /** Accuracy of a float graph (`FloatModel`) or a quantized one (`QuantizedModel`): the higher, the better. */
  readonly accuracy: (graph: Graph) => number;
}

export interface AutoQuantized extends Quantized {
  readonly floatAccuracy: number;
  readonly accuracy: number;
  /** Names of the layers with more bits than the scheme to begin with, in order of what they matter. */
  readonly raised: readonly string[];
}

/** What comes after each scheme: 8-bit floats have fewer significant bits than int8. */
const NEXT: Readonly<Record<SchemeName, SchemeName | undefined>> = {
  binary: "ternary",
  ternary: "int4",
  int4: "int8",
  int8: "16x8",
  "16x8": "16x16",
  "16x16": undefined,
  e5m2: "e4m3",
  e4m3: "int8",
};

/** Samples on which layers are compared. */
const COMPARED = 16;

/**
 * Quantizes, and gives layers with weights more bits, in the order of `sensitivities`, until the drop holds: as few as bisection
 * finds. Where all of them are not enough, it goes on from there. Operators without weights have the bits of the layers
 * beside them.
 *
 * @throws Refusal as `quantize` does, and `drop-not-reached` where int16 throughout is not enough
 */
export function quantizeAuto(graph: Graph, samples: readonly Sample[], options: AutoOptions): AutoQuantized {
  const { scheme: first = "int8", maxDrop, accuracy, ...others } = options;
  const start = quantize(graph, samples, { ...others, scheme: first });
  const floatAccuracy = accuracy(start.float);
  const measured = (quantized: Quantized, raised: readonly string[]): AutoQuantized => ({
    ...quantized,
    floatAccuracy,
    accuracy: accuracy(quantized.graph),
    raised,
  });
  const holds = (result: AutoQuantized) => floatAccuracy - result.accuracy <= maxDrop;
  let best = measured(start, []);
  if (holds(best)) return best;
  const order = bySensitivity(start, samples);
  for (let scheme: SchemeName = first; ; ) {
    const next: SchemeName | undefined = NEXT[scheme];
    if (!next) refuse("drop-not-reached", { drop: maxDrop, least: floatAccuracy - best.accuracy });
    const attempt = (count: number) => {
      const raised = order.slice(0, count);
      const base = scheme;
      const layers = Object.fromEntries(raisedOperators(start.float, raised).map((name) => [name, next]));
      const result = quantize(graph, samples, { ...others, scheme: base, layers });
      return measured(result, base === first ? raised : order);
    };
    best = attempt(order.length);
    if (!holds(best)) {
      scheme = next;
      continue;
    }
    for (let [few, many] = [0, order.length]; many - few > 1; ) {
      const count = Math.floor((few + many) / 2);
      const result = attempt(count);
      if (holds(result)) [many, best] = [count, result];
      else few = count;
    }
    return best;
  }
}

/** Layers with weights, those that matter most first. */
function bySensitivity({ float, graph }: Quantized, samples: readonly Sample[]): string[] {
  const errors = sensitivities(float, graph, samples.slice(0, COMPARED));
  return [...errors].sort(([, a], [, b]) => b - a).map(([name]) => name);
}

/** Raised layers, and the operators without weights that they read from or write to. */
function raisedOperators({ ops }: Graph, raised: readonly string[]): string[] {
  const layers = ops.filter(({ name }) => raised.includes(name));
  const beside = new Set(layers.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]));
  return ops
    .filter(
      ({ kind, name, inputs, outputs }) =>
        raised.includes(name) ||
        (!(kind in POSITIONS) && [...inputs, ...outputs].some((id) => id !== null && beside.has(id))),
    )
    .map(({ name }) => name);
}
