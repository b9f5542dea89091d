/**
 * Rolled kernels whose weights are a codebook: a list of values, and for each weight its index in it. That takes less of `weights.bin`
 * where a layer has few values, as after `xsnn cluster` or in 4 bits.
 */
import {
  type CodebookConv2dLayer,
  codebookConv2d,
  codebookConv2d16,
} from "../../../runtime/codebook-conv2d.js";
import {
  codebookFullyConnected,
  codebookFullyConnected16,
} from "../../../runtime/codebook-fully-connected.js";
import type { Layer } from "../../../runtime/layer.js";
import {
  bytes,
  type GeneratedLowering,
  type KernelLowering,
  type Lowering,
  type Parameter,
  words,
} from "../../ops/operator.js";
import { cut } from "../../ops/support/tiles.js";
import { codebookOf } from "./pack.js";

/** Kernels that take a codebook in the place of those that take bytes. */
const KERNELS: Readonly<Record<string, Pick<KernelLowering, "kernel" | "layerType"> | undefined>> = {
  conv2d: { kernel: codebookConv2d as Layer["kernel"], layerType: "CodebookConv2dLayer" },
  conv2d16: { kernel: codebookConv2d16 as Layer["kernel"], layerType: "CodebookConv2d16Layer" },
  fullyConnected: {
    kernel: codebookFullyConnected as Layer["kernel"],
    layerType: "CodebookFullyConnectedLayer",
  },
  fullyConnected16: {
    kernel: codebookFullyConnected16 as Layer["kernel"],
    layerType: "CodebookFullyConnected16Layer",
  },
};

/** Room that a convolution's unpacked weights may take in the arena, unless a single filter takes more. */
const BLOCK_BYTES = 1024;

/** What a rolled layer is with a codebook; undefined where there is no such kernel, or where bytes take no more. */
export function withCodebook(lowering: Lowering | GeneratedLowering): KernelLowering | undefined {
  const kernel = lowering.form === "kernel" ? KERNELS[lowering.kernel.name] : undefined;
  if (lowering.form !== "kernel" || !kernel) return undefined;
  const { module, parameters } = lowering;
  const { weights, outputDepth } = parameters;
  if (typeof weights !== "object" || !("at" in weights) || weights.at !== "constant") return undefined;
  const codebook = codebookOf(new Int8Array(weights.bytes.slice().buffer), outputDepth as number);
  if (!codebook) return undefined;
  const { values, indexBits, filterWords } = codebook;
  const common = {
    ...parameters,
    weights: bytes(`${weights.name}' values`, new Uint8Array(values.buffer)),
    indexes: words(`${weights.name}' indexes`, [...codebook.words]),
    filterWords,
    indexBits,
  };
  const called = { ...lowering, ...kernel, module: `codebook-${module}` };
  return module === "conv2d"
    ? { ...called, ...inBlocks(weights.bytes.length / (outputDepth as number), parameters, common) }
    : { ...called, parameters: common };
}

/** Cuts a convolution into blocks of output channels, and these into tiles. */
function inBlocks(
  filter: number,
  { outputDepth, positions }: KernelLowering["parameters"],
  parameters: KernelLowering["parameters"],
): Pick<KernelLowering, "tiles" | "work" | "parameters" | "scratchBytes"> {
  const depth = outputDepth as number;
  const blockChannels = Math.min(depth, Math.max(1, Math.floor(BLOCK_BYTES / filter)));
  const blocks = Math.ceil(depth / blockChannels);
  const { perTile, tiles, work } = cut((positions as number) * blocks, filter * blockChannels);
  const own: Pick<
    Record<keyof CodebookConv2dLayer, Parameter>,
    "blockChannels" | "filters" | "positionsPerTile"
  > = {
    blockChannels,
    filters: { at: "scratch", elementBytes: 1 },
    positionsPerTile: perTile,
  };
  return { tiles, work, parameters: { ...parameters, ...own }, scratchBytes: filter * blockChannels };
}
