/** Random layers of each form that passes over zeros, with inputs of which a chosen share is zero. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { elements, type Graph } from "../../codegen/graph/graph.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { plan } from "../../codegen/plan/plan.js";
import { Builder, type FilterWeights, type Made, windowed } from "../kernels/planes-graphs.js";
import { integers, real, size } from "../support/arbitraries.js";
import { encode } from "../support/graph-builder.js";
import { expectPredicted } from "../support/predicted.js";

const sources = await runtimeSources();
const machine = { chunkBytes: 1024 * 1024, slots: 512, stackSlots: 512 };

const seed = fc.integer({ min: 1, max: 2 ** 31 - 2 });

/**
 * Shares of channels that are zero at every position, and of the other elements. Where next to nothing is left of planes, what
 * brings them and takes them away is most of a layer: that is not predicted.
 */
const layer = fc.record({
  channels: fc.oneof(fc.constant(0), real(0.3, 0.7)),
  zeros: fc.oneof(fc.constant(0), real(0.3, 0.95)),
  fill: seed,
  weights: seed,
});

const dense = (inputs: fc.Arbitrary<number>, outputs: fc.Arbitrary<number>) =>
  fc.record({ kind: fc.constant("dense" as const), inputs, outputs, layer });

const convolution = (
  sizes: fc.Arbitrary<number>,
  kernels: readonly number[],
  strides: readonly number[],
  outputs: fc.Arbitrary<number>,
  isSecond: boolean,
) =>
  fc.record({
    kind: fc.constant("convolution" as const),
    height: sizes,
    width: sizes,
    depth: size(6, 2).map((n) => 4 * n),
    outputs,
    kernel: fc.constantFrom(...kernels),
    stride: fc.constantFrom(...strides),
    padding: fc.constantFrom("SAME", "VALID"),
    isDepthwiseNext: fc.boolean(),
    /** Whether the tested layer's input comes from another one: planes take no more than four channels from the arena. */
    isSecond: fc.constant(isSecond),
    layer,
  });

const FORMS = {
  unrolled: dense(size(900, 150), size(20)),
  columns: fc.oneof(
    dense(
      size(80, 5).map((n) => 4 * n),
      size(120, 16),
    ),
    convolution(size(6, 3), [1, 3], [1, 2], size(60, 16), false),
  ),
  planes: convolution(size(16, 8), [1, 3], [1, 1, 2], size(12, 4), true),
};

type Case =
  typeof FORMS extends Record<string, infer A> ? (A extends fc.Arbitrary<infer T> ? T : never) : never;

const INPUT = { scale: 0.02, zeroPoint: -128 };

/** The forms again, for int16 where it has them. */
const FORMS_OF_TYPES = [
  ...Object.entries(FORMS).map(([form, cases]) => [form, "int8", cases] as const),
  ["columns", "int16", FORMS.columns] as const,
  ["planes", "int16", FORMS.planes] as const,
];

function weights(of: number): FilterWeights {
  return {
    perChannel: true,
    scale: 2 ** -7,
    spread: 1,
    gain: 1,
    zeroPoint: -128,
    fill: { kind: "random", seed: of },
    isExtreme: false,
    bias: null,
  };
}

function modelOf(it: Case, isWide: boolean): { readonly graph: Graph; readonly input: Uint8Array } {
  const builder = new Builder(isWide);
  const own = weights(it.layer.weights);
  let input: Made;
  let output: Made;
  if (it.kind === "dense") {
    input = builder.make([1, it.inputs], INPUT.scale, INPUT.zeroPoint);
    const attributes = { activation: "RELU", keepDims: false };
    const shape = [1, it.outputs];
    output = builder.weighted("FULLY_CONNECTED", attributes, input, [it.outputs, it.inputs], 0, shape, own);
  } else {
    const { height, width, depth, outputs, kernel, stride, padding } = it;
    input = builder.make([1, height, width, it.isSecond ? 4 : depth], INPUT.scale, INPUT.zeroPoint);
    const window = { dilationHeight: 1, dilationWidth: 1, activation: "RELU" };
    const attributes = { ...window, strideHeight: stride, strideWidth: stride, padding };
    const before = it.isSecond ? spreadOver(builder, input, depth, it.layer) : input;
    const [rows, columns] = [height, width].map((n) => windowed(n, kernel, stride, 1, padding));
    const shape = [1, rows, columns, outputs];
    output = builder.weighted("CONV_2D", attributes, before, [outputs, kernel, kernel, depth], 0, shape, own);
    if (it.isDepthwiseNext) {
      const next = { ...window, strideHeight: 1, strideWidth: 1, padding: "SAME", depthMultiplier: 1 };
      output = builder.weighted("DEPTHWISE_CONV_2D", next, output, [1, 3, 3, outputs], 3, shape, own);
    }
  }
  const { tensors, ops } = builder;
  const graph = { name: "zeros", tensors, ops, inputs: [input.id], outputs: [output.id], variables: [] };
  const channels = it.kind === "convolution" && it.isSecond ? 0 : it.layer.channels;
  return { graph, input: inputOf(input.shape, { ...it.layer, channels }, isWide) };
}

/** A pointwise layer that makes so many channels, of which a share has no weights: they are zero everywhere. */
function spreadOver(
  builder: Builder,
  input: Made,
  depth: number,
  { channels, weights: of }: Case["layer"],
): Made {
  const attributes = {
    dilationHeight: 1,
    dilationWidth: 1,
    strideHeight: 1,
    strideWidth: 1,
    padding: "SAME",
    activation: "RELU",
  };
  const shape = [...input.shape.slice(0, 3), depth];
  const made = builder.weighted("CONV_2D", attributes, input, [depth, 1, 1, 4], 0, shape, weights(of + 1));
  builder.tensors[builder.ops[0].inputs[1]!].data!.fill(0, 0, 4 * Math.floor(channels * depth));
  return made;
}

function inputOf(
  shape: readonly number[],
  { channels, zeros, fill }: Case["layer"],
  isWide: boolean,
): Uint8Array {
  const [zeroPoint, most] = isWide ? [0, 32767] : [INPUT.zeroPoint, 127];
  const depth = shape.length === 4 ? shape[3] : 1;
  const count = elements(shape);
  const random = (of: number, length: number) => integers({ kind: "random", seed: of }, length, 0, 0, 9999);
  const isZero = random(fill, depth).map((value) => depth > 1 && value < 1e4 * channels);
  const chances = random(fill + 1, count);
  const values = integers({ kind: "random", seed: fill + 2 }, count, 0, -most, most);
  const given = values.map((value, i) => (isZero[i % depth] || chances[i] < 1e4 * zeros ? zeroPoint : value));
  return encode(given, isWide ? "int16" : "int8");
}

const RUNS = 16;

it.each(FORMS_OF_TYPES)(
  `${RUNS} random layers in %s of %s`,
  { timeout: 120_000 },
  async (form, dtype, cases) => {
    let spared = 0;
    const property = fc.asyncProperty(fc.noBias(cases as fc.Arbitrary<Case>), async (it) => {
      const { graph, input } = modelOf(it, dtype === "int16");
      requireValid(graph);
      const planned = plan(graph, { forms: [form as keyof typeof FORMS] });
      const layer = planned.layers.length - 1;
      fc.pre(planned.layers.every((it) => it.form === form));
      const artifact = emit(planned, "zeros", sources);
      const { counters } = await rv32Engine.run({ artifact, module: "zeros", vectors: [[input]], machine });
      expectPredicted({ graph, plan: planned }, [input], counters, machine);
      if (counters.layers![layer].instructions < 0.85 * planned.layers[layer].cost.instructions) spared++;
    });
    await fc.assert(property, { seed: 71, numRuns: RUNS, endOnFailure: true });
    // Zeros matter so much in some of them that they cannot be left out.
    expect(spared).toBeGreaterThanOrEqual(RUNS / 10);
  },
);
