/** Writes the folder of a split model, as `xsnn split` lays it out. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { FAMILY_DEFAULTS } from "../../codegen/plan/creation.js";
import { plan } from "../../codegen/plan/plan.js";
import { SPLIT_VERSION } from "../../codegen/split/artifact.js";
import { linkBuffers } from "../../codegen/split/buffers.js";
import { parseLink } from "../../codegen/split/link.js";
import { stageGraph } from "../../codegen/split/stage-graph.js";
import { layoutsOf } from "./split-chain.js";

/** @param positions where the graph is cut; each stage is on a board of its own */
export async function writeSplit(
  folder: string,
  graph: Graph,
  positions: readonly number[],
  board = "esp32-c3",
): Promise<void> {
  const ends = [0, ...positions, graph.ops.length];
  const sources = await runtimeSources();
  const layouts = layoutsOf(graph, positions);
  for (const i of layouts.keys()) {
    const artifact = emit(plan(stageGraph(graph, ends[i], ends[i + 1])), `part${i + 1}`, sources);
    for (const [path, bytes] of artifact) {
      const file = join(folder, `stage${i + 1}`, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
  }
  const split = {
    version: SPLIT_VERSION,
    name: "tiny",
    hash: layouts[0].model,
    chain: layouts.map(() => board),
    links: positions.map((_, i) => ({
      kind: "uart",
      baud: 921600,
      ...linkBuffers(parseLink("uart:921600"), positions.length - i),
    })),
    stages: layouts.map(({ incoming, outgoing, passed }, i) => ({
      folder: `stage${i + 1}`,
      board,
      boardIndex: i,
      creation: FAMILY_DEFAULTS.esp32,
      in: incoming.tensors,
      out: outgoing.tensors,
      inBytes: incoming.bytes,
      outBytes: outgoing.bytes,
      passed,
    })),
  };
  writeFileSync(join(folder, "split.json"), JSON.stringify(split));
}
