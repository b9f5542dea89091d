/** float graph → quantized graph. */
import { requireFloat } from "../../float/validate.js";
import { elementsOf } from "../../graph/elements.js";
import type { Graph } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { requireValid } from "../../graph/validate.js";
import { runFloatPasses } from "../../passes/float/index.js";
import { tryEach } from "../../problems/collector.js";
import { refuse, tensorPlace } from "../../problems/problem.js";
import { chooseActivations, type Schemes } from "./activations.js";
import { buildGraph, type Edges } from "./build.js";
import { type Calibration, calibrate, requireSamples, type Sample } from "./calibrate.js";
import { equalize } from "./equalize.js";
import { type LayerError, layerErrors } from "./errors.js";
import { isFloat8, requireScheme, SCHEMES, type Scheme, type SchemeName } from "./formats.js";
import { layersOf } from "./layer.js";
import { chooseMeans } from "./means.js";
import type { ObserverName } from "./observers/index.js";
import { takesFloat8 } from "./operators.js";
import { type LayerOptions, quantizeLayers } from "./quantize-layers.js";
import { Simulation } from "./simulation.js";

export interface QuantizeOptions extends Partial<LayerOptions> {
  /** Formats of all layers; int8 where not given, and for operators without a kernel for 8-bit floats where those are asked for. */
  readonly scheme?: SchemeName | Scheme;
  /** Formats of some operators, by name. Those that only move or compare elements have the formats of their inputs. */
  readonly layers?: Readonly<Record<string, SchemeName | Scheme>>;
  /** How ranges of activations are found; by mean squared error where not given. */
  readonly observer?: ObserverName;
  /** Ranges that are known, of a graph that `prepare` made: those with which it was trained. */
  readonly calibration?: Calibration;
  /** Whether weights are equalized across layers first (`equalize`). */
  readonly equalize?: boolean;
  /** What model inputs and outputs are; quantized where not given. */
  readonly edges?: Edges;
}

export interface Quantized {
  /** The float graph after its passes; its tensors are those of the same index in `graph`. */
  readonly float: Graph;
  /** What `compile`'s passes and planner take, and exporters write. */
  readonly graph: Graph;
  /** One for each operator of `float`. */
  readonly layers: readonly LayerReport[];
}

export interface LayerReport extends LayerError {
  readonly scheme: Scheme;
}

/** Samples on which layers are rounded and biases corrected; those beyond it only find ranges. */
const SIMULATED = 64;

/**
 * Quantizes a float model. The same arguments give the same graph.
 *
 * @param graph a float graph, before or after `runFloatPasses`
 * @param samples calibration data: what the model will see, prepared as for the float model
 * @throws Refusal with everything found: samples (`requireSamples`), operators that cannot be quantized, unknown layers,
 *   weights that are not finite, and what the quantized graph would be refused for
 */
export function quantize(graph: Graph, samples: readonly Sample[], options: QuantizeOptions = {}): Quantized {
  const { graph: float, schemes } = prepare(graph, options);
  requireSamples(float, samples);
  const calibration = options.calibration ?? calibrate(float, samples, options.observer ?? "mse");
  const activations = chooseActivations(float, calibration, schemes);
  const layers = quantizeLayers(
    layersOf(float, activations, schemes),
    new Simulation(float, activations, samples.slice(0, SIMULATED)),
    { rounding: "adaptive", biasCorrection: true, seed: 1, ...options },
  );
  const quantized = buildGraph(float, activations, layers, schemes, options.edges ?? "quantized");
  requireValid(quantized);
  const errors = layerErrors(float, quantized, samples.slice(0, SIMULATED));
  return {
    float,
    graph: quantized,
    layers: errors.map((error, i) => ({ ...error, scheme: schemes(float.ops[i]) })),
  };
}

/** A float graph in the form in which it is quantized. */
export interface Prepared {
  readonly graph: Graph;
  /** The formats of its operators. */
  readonly schemes: Schemes;
}

/**
 * The float graph that `quantize` computes with: after passes, with averages in the form that loses least. Prepared again it stays as
 * it is, and the quantized graph has its tensors.
 *
 * @throws Refusal for graphs that are not float, constants that are not finite, and unknown layers and schemes
 */
export function prepare(
  graph: Graph,
  options: Pick<QuantizeOptions, "scheme" | "layers" | "equalize">,
): Prepared {
  const passed = runFloatPasses(graph);
  requireFloat(passed);
  requireFiniteConstants(passed);
  const schemes = schemesOf(passed, options);
  return { graph: chooseMeans(options.equalize ? equalize(passed) : passed, schemes), schemes };
}

/** @throws Refusal for layers that the graph does not have and schemes without kernels */
function schemesOf({ ops }: Graph, { scheme = "int8", layers = {} }: QuantizeOptions): Schemes {
  const known = ops.map(({ name }) => name);
  tryEach(Object.entries(layers), ([name, own]) => {
    if (!known.includes(name)) refuse("layer-unknown", { name, known });
    requireScheme(schemeOf(own));
  });
  requireScheme(schemeOf(scheme));
  return ({ name, kind }: Op) => {
    const wanted = schemeOf(layers[name] ?? scheme);
    return isFloat8(wanted.weights) && !takesFloat8(kind) ? SCHEMES.int8 : wanted;
  };
}

function schemeOf(scheme: SchemeName | Scheme): Scheme {
  return typeof scheme === "string" ? SCHEMES[scheme] : scheme;
}

function requireFiniteConstants({ tensors }: Graph): void {
  tryEach(tensors, (tensor, id) => {
    const { dtype, data } = tensor;
    if (!data || dtype !== "float32") return;
    const values = elementsOf(dtype, data) as Float32Array;
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index >= 0) refuse("constant-not-finite", { index, value: values[index] }, tensorPlace(id, tensor));
  });
}
