/** What is done to a model: one point of the search. */
import type { Graph } from "../../graph/graph.js";
import { residualBlocks, withoutBlocks } from "../prune/blocks.js";
import { pruneChannels } from "../prune/channels.js";
import { masked, unpruned } from "../prune/mask.js";
import { prunableLayers } from "../prune/parameter.js";
import { shrink } from "../prune/shrink/shrink.js";
import { SCHEMES, type Scheme, type SchemeName } from "../quantize/formats.js";

export interface Recipe {
  /** Whether it is applied to the student that was given, and not to the model. */
  readonly student?: true;
  /** Names of the residual blocks that are taken out. */
  readonly blocks: readonly string[];
  /** The share of the channels that stay. */
  readonly width: number;
  /** The share of the weights that are zero then. */
  readonly sparsity: number;
  readonly scheme: SchemeName;
  /** Whether low-bit weights are searched for, and not only rounded. */
  readonly search?: true;
}

/** The recipe that only quantizes. */
export const PLAIN: Recipe = { blocks: [], width: 1, sparsity: 0, scheme: "int8" };

/** Whether a model has to be trained after it. */
export function needsTraining(recipe: Recipe): boolean {
  return isFarFromTrained(recipe) || recipe.sparsity > 0 || recipe.scheme !== "int8";
}

/** Whether it is another network, or layers or channels are gone, so that what is left does not suit what it reads. */
export function isFarFromTrained({ student, blocks, width }: Recipe): boolean {
  return student === true || blocks.length > 0 || width < 1;
}

/** The share of the model's products that a recipe keeps: those of layers that are wide on both sides fall by the width's square. */
export function keptShare({ width, sparsity }: Recipe): number {
  return width ** 2 * (1 - sparsity);
}

/** The network to train: with fewer blocks and channels, the ones of the least norms gone. */
export function studentOf(graph: Graph, { blocks, width }: Recipe): Graph {
  const shallow = blocks.length > 0 ? withoutBlocks(graph, blocks) : graph;
  return width < 1 ? shrink(masked(pruneChannels(unpruned(shallow), { fraction: 1 - width }))) : shallow;
}

/** A recipe whose sparsity is a share of the whole model's weights: those of channels that are gone are among the zeros. */
export function ofWhole(graph: Graph, recipe: Recipe): Recipe {
  const left = weightsOf(studentOf(graph, recipe)) / weightsOf(graph);
  return { ...recipe, sparsity: Math.max(0, 1 - (1 - recipe.sparsity) / left) };
}

/** The formats of a graph's layers. Of few values the first and the last layer have more: they have few weights that matter much. */
export function formatsOf(
  graph: Graph,
  { scheme }: Recipe,
): {
  readonly scheme: SchemeName;
  readonly layers: Readonly<Record<string, Scheme>>;
} {
  if (scheme !== "ternary") return { scheme, layers: {} };
  const layers = prunableLayers(graph);
  const ends = [layers[0], layers[layers.length - 1]];
  return { scheme, layers: Object.fromEntries(ends.map(({ name }) => [name, SCHEMES.int8])) };
}

/** A recipe in words. */
export function recipeText({ student, blocks, width, sparsity, scheme }: Recipe): string {
  return [
    ...(student ? ["student"] : []),
    scheme,
    ...(sparsity > 0 ? [`${100 * sparsity} % sparse`] : []),
    ...(width < 1 ? [`width × ${width}`] : []),
    ...(blocks.length > 0 ? [`without ${blocks.length} block${blocks.length > 1 ? "s" : ""}`] : []),
  ].join(", ");
}

const WIDTHS = [1, 0.75, 0.5, 0.375, 0.25];
const SPARSITIES = [0, 0.5, 0.75, 0.9];
/** And how much a weight says. */
const BITS = { int8: 8, int4: 4, ternary: Math.log2(3) } as const;

/**
 * All recipes but the plain one, those first that keep most of a model: bits of weights that are not zero.
 *
 * @param graph the float model
 * @param student another network: what becomes of it is tried in place of the model with fewer blocks and channels
 */
export function recipesFor(graph: Graph, student?: Graph): Recipe[] {
  const networks = student
    ? [{ network: { ...PLAIN, student: true } as Recipe, weights: weightsOf(student) }]
    : smallerNetworks(graph);
  return networks
    .flatMap(({ network, weights }) =>
      SPARSITIES.flatMap((sparsity) =>
        (Object.keys(BITS) as (keyof typeof BITS)[]).map((scheme) => ({
          recipe: { ...network, sparsity, scheme },
          bits: weights * (1 - sparsity) * BITS[scheme],
        })),
      ),
    )
    .filter(({ recipe }) => needsTraining(recipe))
    .sort((a, b) => b.bits - a.bits)
    .map(({ recipe }) => recipe);
}

/** The model itself, and with fewer blocks and channels. */
function smallerNetworks(graph: Graph): { readonly network: Recipe; readonly weights: number }[] {
  const all = residualBlocks(graph).map(({ add }) => add.name);
  const depths = [...new Set([0, Math.min(1, all.length), all.length])].map((count) => all.slice(0, count));
  return depths.flatMap((blocks) =>
    WIDTHS.map((width) => {
      const network = { ...PLAIN, blocks, width };
      return { network, weights: weightsOf(studentOf(graph, network)) };
    }),
  );
}

function weightsOf(graph: Graph): number {
  return prunableLayers(graph).reduce(
    (sum, { inputs }) => sum + graph.tensors[inputs[1]!].data!.length / 4,
    0,
  );
}
