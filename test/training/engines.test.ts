/** Every kernel of a backward pass makes the same parameters on Node, on XS and on an emulated board. */
import { expect, it } from "vitest";
import { engineByName } from "../../boards/index.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { trainedLayers } from "../../codegen/cli/training/options.js";
import { compileGraph } from "../../codegen/compile.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { CONVOLUTIONS, DEPTHWISE, pooled } from "./small-nets.js";

const SAMPLES = 6;

const cases: readonly (readonly [string, Graph, string])[] = [
  ["convolutions, some channels and some biases of them", CONVOLUTIONS, "dense,second:1-3,first:bias"],
  ["depthwise layers", DEPTHWISE, "dense,second,first"],
  ["means of windows", pooled("AVERAGE_POOL_2D"), "first"],
  ["maxima of windows", pooled("MAX_POOL_2D"), "first"],
];

it.each(cases)(
  "%s",
  async (_, graph, layers) => {
    const train = { layers: trainedLayers(layers), learningRate: 0.05, momentum: 0.5, batch: 2 };
    const { artifact, module, plan } = compileGraph(graph, "small", await runtimeSources(), { train });
    const [{ length }] = plan.inputs;
    const vectors = Array.from({ length: SAMPLES }, (_, sample) => [
      Uint8Array.from({ length }, (_, i) => (i * 37 + sample * 91) & 255),
    ]);
    const labels = vectors.map((_, sample) => sample % 3);
    const machine = { chunkBytes: 65536, slots: 2048, stackSlots: 600 };
    const run = async (name: string) => {
      const { vectors: found, parameters } = await (await engineByName(name)).run({
        artifact,
        module,
        vectors,
        labels,
        machine,
      });
      return { losses: found.map(({ loss }) => loss), parameters };
    };
    const onNode = await run("node");
    expect(onNode.parameters!.length).toBeGreaterThan(1);
    expect(onNode.losses.every((loss) => loss! > 0)).toBe(true);
    expect(await run("xs")).toEqual(onNode);
    expect(await run("qemu-rv32")).toEqual(onNode);
  },
  600_000,
);
