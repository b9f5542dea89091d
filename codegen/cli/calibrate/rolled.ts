/** Fits what rolled kernels cost. */
import type { Engine, Machine } from "../../../boards/engine.js";
import { FREE } from "../../cost/cost.js";
import { tallies } from "../../cost/rolled/tallies.js";
import { countTiles } from "../../cost/rolled.js";
import { emit } from "../../emit/artifact.js";
import type { RuntimeSources } from "../../emit/runtime-files.js";
import type { Op } from "../../graph/op.js";
import { requireValid } from "../../graph/validate.js";
import { withCodebook } from "../../kernels/codebook/index.js";
import { Node } from "../../ops/node.js";
import type { KernelLowering, Lowering } from "../../ops/operator.js";
import { operatorOf } from "../../ops/registry.js";
import type { Choice } from "../../plan/forms.js";
import { planChoices } from "../../plan/plan.js";
import { runCounted } from "./counted.js";
import { type Counts, type Fit, fitPrices, type Observation } from "./fit.js";
import { graphOf, inputBytes } from "./samples/sample.js";
import { samples } from "./samples/samples.js";

/** Room for all samples at once. */
const ROOMY: Machine = { chunkBytes: 4 * 2 ** 20, slots: 65536, stackSlots: 2048 };

/** What a small layer may be off by, in instructions, counts as little as what a layer of so many may be. */
const SMALL = 20_000;

/** Runs every sample and fits the prices of every kernel. */
export async function calibrateRolled(
  engine: Engine,
  sources: RuntimeSources,
): Promise<{ fits: Readonly<Record<string, Fit>>; stackSlots: number }> {
  const { byKernel, stackSlots } = await observe(engine, sources);
  const kernels = Object.keys(tallies).map(
    (kernel) => [kernel, fitPrices(byKernel.get(kernel)!, SMALL)] as const,
  );
  return { fits: Object.fromEntries(kernels), stackSlots };
}

async function observe(engine: Engine, sources: RuntimeSources) {
  const graph = graphOf(samples());
  requireValid(graph);
  const lowerings = graph.ops.map((op) => {
    const lowering = operatorOf(op).lower(new Node(graph, op));
    return withCodebook(lowering) ?? lowering;
  });
  const planned = planChoices({
    layers: graph.ops.map((op, i) => rolledChoice(op, i, lowerings[i])),
    resting: [],
    planes: 0,
    graph,
  });
  const { layers, heap } = await runCounted(engine, {
    artifact: emit(planned, "samples", sources),
    module: "samples",
    vectors: [[inputBytes(graph)]],
    machine: ROOMY,
  });
  const byKernel = new Map<string, Observation[]>();
  for (const [i, { ops, opIndexes }] of planned.layers.entries()) {
    const [op] = ops;
    const node = new Node(graph, op);
    const lowering = lowerings[opIndexes[0]] as KernelLowering;
    const { name } = lowering.kernel;
    const shapes = [...op.inputs, ...op.outputs]
      .filter((id) => id !== null)
      .map((id) => `[${graph.tensors[id].shape.join(", ")}]`);
    const { instructions, inCollections } = layers[i];
    const observation = {
      what: `${name} ${shapes.join(" ")}`,
      counts: sumOf(countTiles(node, lowering)),
      instructions: instructions - inCollections,
    };
    byKernel.set(name, [...(byKernel.get(name) ?? []), observation]);
  }
  return { byKernel, stackSlots: heap.peakStackSlots };
}

/** An operator by itself; what it costs is not known yet. */
function rolledChoice({ outputs }: Op, index: number, lowering: Lowering): Choice {
  return { ops: [index], form: "rolled", lowering, outputs, cost: FREE };
}

function sumOf(tiles: readonly Counts[]): Counts {
  const sum: Record<string, number> = {};
  for (const counts of tiles)
    for (const [part, count] of Object.entries(counts)) sum[part] = (sum[part] ?? 0) + count;
  return sum;
}
