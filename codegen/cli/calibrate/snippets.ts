/** What a piece of JavaScript costs on an engine that counts instructions. */
import type { Counters, Engine, Machine } from "../../../boards/engine.js";
import { emit } from "../../emit/artifact.js";
import type { RuntimeSources } from "../../emit/runtime-files.js";
import type { Graph } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { type Plan, type PlannedLayer, plan } from "../../plan/plan.js";

export interface Snippet {
  /** What the body uses of modules of `runtime/`, by module. */
  readonly imports?: ReadonlyMap<string, readonly string[]>;
  /** Declarations of the module, preloaded as those of generated kernels are. */
  readonly module?: string;
  /** Statements before the loop, where `memory` and `layer` are known. */
  readonly setup?: string;
  /** What is repeated. */
  readonly body: string;
}

/** Iterations of the shorter and of the longer of the two runs that are compared. */
const FEW = 20;
const MANY = 100;

/** Snippets that one model holds: the stack of the machine that preloads it has a slot for each of its imports. */
const AT_ONCE = 100;

/** So much memory that nothing is collected while constants are counted. */
const ROOMY: Machine = { chunkBytes: 64 * 2 ** 20, slots: 4096, stackSlots: 1024 };

/** Instructions of one iteration of each snippet: of its body, and of nothing else. */
export async function countSnippets(
  engine: Engine,
  sources: RuntimeSources,
  snippets: readonly Snippet[],
): Promise<number[]> {
  if (snippets.length > AT_ONCE)
    return [
      ...(await countSnippets(engine, sources, snippets.slice(0, AT_ONCE))),
      ...(await countSnippets(engine, sources, snippets.slice(AT_ONCE))),
    ];
  const counted = [{ body: "" }, ...snippets];
  const layers = counted.flatMap((snippet) => [layerOf(snippet, FEW), layerOf(snippet, MANY)]);
  const { layers: counts } = await runLayers(engine, sources, layers, ROOMY);
  const own = counts!.map(({ instructions, inCollections }) => instructions - inCollections);
  const [empty, ...full] = counted.map((_, i) => (own[2 * i + 1] - own[2 * i]) / (MANY - FEW));
  return full.map((each) => each - empty);
}

/** A layer that runs a snippet `iterations` times. */
export function layerOf(
  { imports, module = "", setup = "", body }: Snippet,
  iterations: number,
): SnippetLayer {
  const text = `${module}
export function kernel(memory, layer, tile) {
  ${setup}
  let count = layer.constants[0];
  do {
    ${body}
  } while (--count);
}
`;
  return { source: { imports: imports ?? new Map(), text }, iterations };
}

export type SnippetLayer = ReturnType<typeof layerOf>;

/** Runs such layers as a model of theirs. */
export async function runLayers(
  engine: Engine,
  sources: RuntimeSources,
  layers: readonly SnippetLayer[],
  machine: Machine,
): Promise<Counters> {
  const artifact = emit(planOf(layers), "snippets", sources);
  const { counters } = await engine.run({
    artifact,
    module: "snippets",
    vectors: [[new Uint8Array(ARENA_BYTES)]],
    machine,
  });
  return counters;
}

const ARENA_BYTES = 4096;

/** A model whose input is all of its arena, of one operator that is replaced by the layers. */
function planOf(layers: readonly SnippetLayer[]): Plan {
  const tensor = {
    shape: [ARENA_BYTES],
    dtype: "int8",
    quantization: { scales: [1], zeroPoints: [0], axis: 0 },
  } as const;
  const op = { kind: "RELU", name: "snippet", inputs: [0], outputs: [1], attributes: {} } as Op;
  const graph: Graph = {
    name: "snippets",
    tensors: [
      { name: "input", ...tensor },
      { name: "output", ...tensor },
    ],
    ops: [op],
    inputs: [0],
    outputs: [1],
    variables: [],
  };
  const planned = plan(graph, { forms: [] });
  return {
    ...planned,
    layers: layers.map(
      ({ source, iterations }, i): PlannedLayer => ({
        ...planned.layers[0],
        opIndexes: [i],
        form: "unrolled",
        code: { source },
        tiles: 1,
        parameters: { inputs: [], outputs: [], constants: [iterations] },
      }),
    ),
  };
}
