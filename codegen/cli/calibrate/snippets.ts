/** What a piece of JavaScript costs on an engine that counts instructions. */
import type { Engine, Machine } from "../../../boards/engine.js";
import { FREE } from "../../cost/cost.js";
import { emit } from "../../emit/artifact.js";
import type { RuntimeSources } from "../../emit/runtime-files.js";
import type { Graph } from "../../graph/graph.js";
import type { KernelSource } from "../../kernels/generated.js";
import { type Plan, type PlannedLayer, plan } from "../../plan/plan.js";
import { type Counted, runCounted } from "./counted.js";

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
  const layers = counted.flatMap((snippet) => [repeated(snippet, FEW), repeated(snippet, MANY)]);
  const { layers: counts } = await runLayers(engine, sources, layers, ROOMY);
  const own = counts.map(({ instructions, inCollections }) => instructions - inCollections);
  const [empty, ...full] = counted.map((_, i) => (own[2 * i + 1] - own[2 * i]) / (MANY - FEW));
  return full.map((each) => each - empty);
}

/** What a step takes beside its kernel, for the application's loop and step(): instructions, and slots of the stack. */
export async function countStep(
  engine: Engine,
  sources: RuntimeSources,
): Promise<{ instructions: number; stackSlots: number }> {
  const source = { imports: new Map(), text: "export function kernel(memory, layer, tile) {}" };
  const layers = [FEW, MANY].map((tiles): SnippetLayer => ({ source, tiles, iterations: 0 }));
  const { layers: counts, heap } = await runLayers(engine, sources, layers, ROOMY);
  return {
    instructions: (counts[1].instructions - counts[0].instructions) / (MANY - FEW),
    stackSlots: heap.peakStackSlots,
  };
}

/** A generated kernel, how many tiles it runs and its one constant. */
export interface SnippetLayer {
  readonly source: KernelSource;
  readonly tiles: number;
  readonly iterations: number;
}

/** A layer that runs a snippet `iterations` times. */
export function repeated(
  { imports = new Map(), module = "", setup = "", body }: Snippet,
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
  return { source: { imports, text }, tiles: 1, iterations };
}

/** Runs such layers as the layers of one model. */
export async function runLayers(
  engine: Engine,
  sources: RuntimeSources,
  layers: readonly SnippetLayer[],
  machine: Machine,
): Promise<Counted> {
  const artifact = emit(planOf(layers), "snippets", sources);
  const vectors = [[new Uint8Array(INPUT_BYTES)]];
  return runCounted(engine, { artifact, module: "snippets", vectors, machine });
}

const INPUT_BYTES = 4096;

/** Bytes of the arena: the model's input and output. */
export const ARENA_BYTES = 2 * INPUT_BYTES;

/** A model of one operator, which is replaced by the layers. */
function planOf(layers: readonly SnippetLayer[]): Plan {
  const quantization = { scales: [1], zeroPoints: [0], axis: 0 };
  const tensor = { shape: [INPUT_BYTES], dtype: "int8", quantization } as const;
  const graph: Graph = {
    name: "snippets",
    tensors: [
      { name: "input", ...tensor },
      { name: "output", ...tensor },
    ],
    ops: [{ kind: "RELU", name: "snippet", inputs: [0], outputs: [1], attributes: {} }],
    inputs: [0],
    outputs: [1],
    variables: [],
  };
  return {
    ...plan(graph, { forms: [] }),
    layers: layers.map(
      ({ source, tiles, iterations }, i): PlannedLayer => ({
        ops: graph.ops,
        opIndexes: [i],
        form: "unrolled",
        code: { source },
        tiles,
        cost: FREE,
        restingBytes: 0,
        macs: 0,
        constantBytes: 0,
        parameters: { inputs: [], outputs: [], constants: [iterations] },
      }),
    ),
  };
}
