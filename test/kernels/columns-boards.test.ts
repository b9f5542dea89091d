/** Kernels with lanes over output channels under XS: their bits, and what they are said to cost. */
import { expect, it, vi } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { plan } from "../../codegen/plan/plan.js";
import { encode } from "../support/graph-builder.js";
import { type Experiment, experiment, type Numbers } from "./columns-case.js";

vi.mock("../../codegen/plan/choose.js", async () => {
  const { choose } = await import("./columns-forms.js");
  return { chooseForms: choose };
});

/** Input values without zeros, for which costs are predicted. */
function numbers(seed: number, zeroPoint: number, more: Partial<Numbers["weights"]> = {}): Numbers {
  return {
    activation: zeroPoint === -128 ? "RELU" : "NONE",
    input: { scale: 0.05, zeroPoint },
    inputFill: { kind: "random", seed },
    zeros: 0,
    gain: 2,
    isLeast: false,
    weights: {
      perChannel: false,
      scale: 0.01,
      spread: 2,
      zeroPoint: zeroPoint === -128 ? -128 : 3,
      fill: { kind: "random", seed: seed + 1 },
      bias: { fill: { kind: "random", seed: seed + 2 }, bits: 12 },
      ...more,
    },
  };
}

/** The same for int16 inputs, which are as often below zero as above. */
const wide = (seed: number, more: Partial<Numbers["weights"]> = {}): Numbers => ({
  ...numbers(seed, 0, more),
  isWide: true,
  input: { scale: 0.0002, zeroPoint: 0 },
});

const same = {
  strideHeight: 1,
  strideWidth: 1,
  dilationHeight: 1,
  dilationWidth: 1,
  padding: "SAME" as const,
};

const depthwise = { ...same, depthMultiplier: 1 };

const CASES: readonly [title: string, Experiment][] = [
  ["a small dense layer", experiment([1, 32], [16, 32], undefined, numbers(1, -128))],
  ["a dense layer of few inputs", experiment([1, 8], [128, 8], undefined, numbers(2, -128))],
  ["a dense layer of few outputs", experiment([1, 128], [8, 128], undefined, numbers(3, 5))],
  ["a dense layer", experiment([1, 128], [128, 128], undefined, numbers(4, -128))],
  ["a long dense layer, signed", experiment([2, 256], [96, 256], undefined, numbers(5, 20))],
  [
    "a pointwise convolution",
    experiment([1, 2, 2, 64], [64, 1, 1, 64], same, numbers(6, -128, { perChannel: true })),
  ],
  [
    "a padded convolution",
    experiment([1, 3, 3, 16], [32, 3, 3, 16], same, numbers(7, -3, { perChannel: true })),
  ],
  [
    "a depthwise convolution",
    experiment([1, 3, 3, 64], [1, 3, 3, 64], depthwise, numbers(8, -128, { perChannel: true })),
  ],
  [
    "a depthwise convolution with a stride, signed",
    experiment(
      [1, 5, 4, 128],
      [1, 3, 3, 128],
      { ...depthwise, strideHeight: 2, strideWidth: 2 },
      numbers(9, 11, { perChannel: true }),
    ),
  ],
];

const WIDE_CASES: readonly [title: string, Experiment][] = [
  ["a dense layer of int16", experiment([1, 128], [64, 128], undefined, wide(10))],
  ["a dense layer of int16 and few outputs", experiment([1, 200], [10, 200], undefined, wide(11))],
  [
    "a pointwise convolution of int16",
    experiment([1, 2, 2, 48], [32, 1, 1, 48], same, wide(12, { perChannel: true })),
  ],
  [
    "a padded convolution of int16",
    experiment([1, 4, 3, 6], [20, 3, 3, 6], same, wide(13, { perChannel: true })),
  ],
];

async function run(engine: typeof xsEngine, { graph, input, result }: Experiment) {
  const planned = plan(graph);
  expect(planned.layers[0].form).toBe("columns");
  const { dtype } = graph.tensors[graph.inputs[0]];
  const artifact = emit(planned, "single", await runtimeSources());
  const { vectors, counters } = await engine.run({
    artifact,
    module: "single",
    vectors: [[encode(input, dtype)]],
  });
  expect(vectors[0].outputs[0]).toEqual(encode(result.values, dtype));
  return { counters, cost: planned.layers[0].cost };
}

it.each([...CASES, ...WIDE_CASES])(
  "%s gives the reference's bits under XS on this computer",
  async (_, it) => {
    await run(xsEngine, it);
  },
);

it.each([...CASES, ...WIDE_CASES])("%s costs within 10 per cent of what is predicted", async (_, it) => {
  const { counters, cost } = await run(rv32Engine, it);
  const [{ instructions, inCollections }] = counters.layers!;
  const counted = instructions - inCollections;
  expect(Math.abs(cost.instructions / counted - 1), `${cost.instructions} for ${counted}`).toBeLessThan(0.1);
});
