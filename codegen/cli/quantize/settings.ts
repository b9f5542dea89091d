/** How models are quantized, from a command's options. */
import {
  type ActivationFormat,
  SCHEMES,
  type Scheme,
  type SchemeName,
  type WeightFormat,
} from "../../compress/quantize/formats.js";
import type { ObserverName } from "../../compress/quantize/observers/index.js";
import type { QuantizeOptions } from "../../compress/quantize/quantize.js";
import type { Graph } from "../../graph/graph.js";
import { refuse } from "../../problems/problem.js";
import { layerNamed } from "../layer-name.js";
import { type LayerScheme, schemeText } from "./options.js";
import type { Setting } from "./variants.js";

export interface Flags {
  readonly scheme: Scheme;
  readonly weights?: WeightFormat;
  readonly activations?: ActivationFormat;
  readonly layer?: readonly LayerScheme[];
  readonly observer: ObserverName;
  readonly equalize?: true;
  readonly round: "nearest" | "adaptive";
  readonly biasCorrection: boolean;
  readonly keepZeros?: true;
  readonly edges: "quantized" | "float";
  readonly seed: number;
  readonly compare?: readonly Scheme[];
  readonly auto?: true;
  /** In percentage points. */
  readonly maxDrop: number;
}

/** The setting that is asked for, and those to compare it with: whole models in other schemes. */
export function settings(flags: Flags, graph: Graph): readonly Setting[] {
  const { scheme, weights, activations, layer = [], compare = [] } = flags;
  const common: QuantizeOptions = {
    observer: flags.observer,
    equalize: flags.equalize ?? false,
    rounding: flags.round,
    biasCorrection: flags.biasCorrection,
    keepZeros: flags.keepZeros ?? false,
    edges: flags.edges,
    seed: flags.seed,
  };
  const wanted = { weights: weights ?? scheme.weights, activations: activations ?? scheme.activations };
  const name = layer.length === 0 ? schemeText(wanted) : `${schemeText(wanted)}, mixed`;
  const first: Setting = flags.auto
    ? {
        name: `auto from ${name}`,
        options: common,
        auto: { scheme: namedScheme(name), maxDrop: flags.maxDrop },
      }
    : { name, options: { ...common, scheme: wanted, layers: namedLayers(layer, graph) } };
  const others = compare.map(schemeText).filter((other) => other !== first.name);
  return [
    first,
    ...[...new Set(others)].map((other) => ({
      name: other,
      options: { ...common, scheme: compare.find((it) => schemeText(it) === other)! },
    })),
  ];
}

/** What a report says of the setting. */
export function settingsSummary(flags: Flags): Readonly<Record<string, string | number | boolean>> {
  const {
    observer,
    equalize = false,
    round,
    biasCorrection,
    keepZeros,
    edges,
    seed,
    auto,
    maxDrop,
    layer = [],
  } = flags;
  const layers = layer.map(({ layer, scheme }) => `${layer}=${schemeText(scheme)}`).join(" ");
  return {
    observer,
    equalize,
    round,
    biasCorrection,
    edges,
    seed,
    ...(keepZeros && { keepZeros }),
    ...(auto && { maxDrop }),
    ...(layers && { layers }),
  };
}

/** The scheme that --auto goes up from. */
function namedScheme(name: string): SchemeName {
  if (name in SCHEMES) return name as SchemeName;
  return refuse("arguments", { message: `--auto begins with one of ${Object.keys(SCHEMES).join(", ")}` });
}

/** Schemes by the names of layers. */
export function namedLayers(layers: readonly LayerScheme[], graph: Graph): Record<string, Scheme> {
  return Object.fromEntries(layers.map(({ layer, scheme }) => [layerNamed(graph, layer), scheme]));
}
