/** Layers of planes whose weights are data under XS: what loops make, for about as many instructions as predicted. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { report } from "../../codegen/emit/report.js";
import { plan } from "../../codegen/plan/plan.js";
import { observed } from "../support/observed.js";
import { dataPlan } from "./data-plan.js";
import { withFewValues } from "./few-values.js";
import { type PlanesCase, planesCase, planesModel } from "./planes-graphs.js";

const sources = await runtimeSources();
const machine = { chunkBytes: 256 * 1024, slots: 2048, stackSlots: 1024 };

const GRAPHS = 20;

it(`${GRAPHS} random graphs have the same tensors on XS as in loops on Node`, async () => {
  let [inPlanes, withBook] = [0, 0];
  for (const [i, it] of fc.sample(fc.noBias(planesCase), { seed: 53, numRuns: GRAPHS }).entries()) {
    const { graph: given, input } = planesModel(it);
    const isUpdatable = i % 2 === 0;
    const graph = isUpdatable ? given : withFewValues(given, 2);
    const planned = dataPlan(graph, { isUpdatable, isCompact: i % 4 > 1 });
    if (planned.sections.some(({ name }) => name.endsWith("indexes of numbers"))) withBook++;
    if (planned.layers.some(({ form }) => form === "planes")) inPlanes++;
    const { vectors } = await xsEngine.run({
      artifact: emit(planned, "model", sources),
      module: "model",
      vectors: [[new Uint8Array(Int8Array.from(input).buffer)]],
      trace: report(planned, "model").tensors.map(({ id, layer, offset, bytes }) => {
        return { id, layer, offset, length: bytes };
      }),
      machine,
    });
    const rolled = observed(plan(graph, { forms: [] }), input);
    for (const [id, bytes] of vectors[0].trace)
      expect([...bytes], `graph ${i}, tensor ${id}`).toEqual([...rolled.get(id)!]);
  }
  expect(inPlanes).toBeGreaterThan(0.7 * GRAPHS);
  expect(withBook).toBeGreaterThan(0.1 * GRAPHS);
});

type Convolution = PlanesCase["convolutions"][number];

const [example] = fc.sample(planesCase, { seed: 1, numRuns: 1 });

/** A convolution whose outputs fill most of their range. */
function convolution(given: Partial<Convolution>): Convolution {
  return {
    ...example.convolutions[0],
    kind: "conv",
    outputs: 16,
    depthMultiplier: 1,
    kernel: [1, 1],
    strides: [1, 1],
    dilations: [1, 1],
    padding: "SAME",
    activation: "RELU",
    pad: undefined,
    after: "nothing",
    isOutput: false,
    weights: {
      perChannel: true,
      scale: 0.01,
      spread: 1.5,
      gain: 1,
      zeroPoint: -128,
      fill: { kind: "random", seed: 77 },
      isExtreme: false,
      bias: null,
    },
    ...given,
  };
}

const chains: readonly [what: string, size: readonly [number, number], chain: readonly Convolution[]][] = [
  ["pointwise", [12, 12], [convolution({ outputs: 24 }), convolution({ outputs: 17 })]],
  [
    "strided and depthwise",
    [24, 15],
    [
      convolution({ kernel: [3, 3], strides: [2, 2] }),
      convolution({ kind: "depthwise", kernel: [3, 3], strides: [2, 2] }),
      convolution({ outputs: 12 }),
    ],
  ],
  [
    "3×3, signed",
    [10, 14],
    [
      convolution({ kernel: [3, 3], outputs: 8, activation: "NONE" }),
      convolution({ kernel: [3, 3], outputs: 9, activation: "NONE" }),
    ],
  ],
];

it.each(chains)("%s: predicted within 10 per cent", async (_, [height, width], convolutions) => {
  const quantization = { scale: 0.05, zeroPoint: 3 };
  const fill = { kind: "random", seed: 5 } as const;
  const { graph, input } = planesModel({
    ...example,
    height,
    width,
    depth: 3,
    quantization,
    fill,
    convolutions: [...convolutions],
    end: "plain",
  });
  const few = withFewValues(graph, 4);
  for (const [it, isUpdatable] of [
    [graph, true],
    [graph, false],
    [few, false],
  ] as const) {
    const planned = dataPlan(it, { isUpdatable, isCompact: !isUpdatable });
    const { counters } = await rv32Engine.run({
      artifact: emit(planned, "model", sources),
      module: "model",
      vectors: [[new Uint8Array(Int8Array.from(input).buffer)]],
      machine,
    });
    for (const [i, { instructions, inCollections }] of counters.layers!.entries()) {
      expect(planned.layers[i].form).toBe("planes");
      const found = planned.layers[i].cost.instructions / (instructions - inCollections) - 1;
      expect(Math.abs(found), `layer ${i}: ${found}`).toBeLessThan(0.1);
    }
  }
});
