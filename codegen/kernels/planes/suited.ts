/** Which operators of a graph planes suit. */
import { touchesFloat8 } from "../../arithmetic/float8.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import type { ConcatenationAttributes } from "../../ops/concatenation.js";
import { Node } from "../../ops/node.js";
import type { PoolAttributes } from "../../ops/support/pool.js";
import { hasKnownSums } from "../convolution.js";

/** Channels of an input in the arena that cost little to be brought into planes. */
export const FEW_CHANNELS = 4;

/**
 * The operators whose inputs are in planes, or are convolutions' and few enough channels to be brought there.
 *
 * @param without operators that are not to be among them
 * @param mostChannels of an input in the arena that are brought
 */
export function suitedOps(
  graph: Graph,
  leastPositions: number,
  without: ReadonlySet<number>,
  mostChannels: number,
): Set<number> {
  const suited = new Set<number>();
  for (const [index, op] of graph.ops.entries())
    if (!without.has(index) && isSuited(new Node(graph, op), leastPositions)) suited.add(index);
  for (let before = -1; before !== suited.size; ) {
    before = suited.size;
    for (const index of suited) {
      const { kind, inputs } = graph.ops[index];
      const isReady = (id: TensorId) => {
        if (isGiven(graph, id)) return true;
        const producer = graph.ops.findIndex(({ outputs }) => outputs.includes(id));
        return suited.has(producer) && !isLeft(graph, suited, id);
      };
      const activations = activationsOf(kind, inputs as readonly TensorId[]);
      const isBrought = kind.endsWith("CONV_2D") && graph.tensors[inputs[0]!].shape[3] <= mostChannels;
      if (!isBrought && !activations.every(isReady)) suited.delete(index);
    }
  }
  return suited;
}

function activationsOf(kind: string, inputs: readonly TensorId[]): readonly TensorId[] {
  if (kind === "CONCATENATION") return inputs;
  return kind === "ADD" || kind === "SUB" ? inputs.slice(0, 2) : inputs.slice(0, 1);
}

/** Whether a tensor is fed as planes. */
export function isGiven({ inputs, tensors }: Graph, id: TensorId): boolean {
  return inputs.includes(id) && tensors[id].lanes !== undefined;
}

/** Whether a tensor is needed outside planes. */
export function isLeft(graph: Graph, suited: ReadonlySet<number>, id: TensorId): boolean {
  const isOutput = graph.outputs.includes(id) && !graph.tensors[id].lanes;
  return isOutput || usersOf(graph, id).some((user) => !suited.has(user));
}

/** Those that look at one channel alone and have no weights. */
const CHANNELWISE = ["AVERAGE_POOL_2D", "LEAKY_RELU", "MAX_POOL_2D", "RELU", "RELU6"];

function isSuited(node: Node, leastPositions: number): boolean {
  const { kind, inputs, outputs } = node.op;
  if (touchesFloat8(node.graph, node.op)) return false;
  if (inputs.length === 0) return false;
  if (outputs.some((id) => node.graph.tensors[id].dtype !== "int8") && !isWideSuited(node)) return false;
  if (kind === "ADD" || kind === "SUB") {
    const [a, b] = [node.input(0), node.input(1)];
    return a.shape.length === 4 && !a.data && !b.data && a.shape.join() === b.shape.join();
  }
  if (kind === "CONCATENATION") return isOfChannels(node as Node<ConcatenationAttributes>);
  const { shape } = node.input(0);
  if (CHANNELWISE.includes(kind)) return shape.length === 4 && shape[0] === 1;
  if (kind !== "CONV_2D" && kind !== "DEPTHWISE_CONV_2D") return false;
  const [batches, height, width] = node.output().shape;
  return batches === 1 && height * width >= leastPositions;
}

/** Whether channels of images are put side by side. */
function isOfChannels({ graph, op, attributes: { axis } }: Node<ConcatenationAttributes>): boolean {
  const parts = op.inputs.map((id) => graph.tensors[id!]);
  return (
    (axis === 3 || axis === -1) &&
    new Set(op.inputs).size === parts.length &&
    parts.every(({ shape, data }) => shape.length === 4 && shape[0] === 1 && !data)
  );
}

/** Of operators of int16, planes suit those that no table of bytes stands for. */
function isWideSuited(node: Node): boolean {
  if (node.output().dtype !== "int16") return false;
  const { kind } = node.op;
  if (kind.endsWith("CONV_2D")) return hasKnownSums(node);
  return kind === "MAX_POOL_2D" || (kind === "AVERAGE_POOL_2D" && isGlobalAverage(pool(node)));
}

function pool(node: Node): Node<PoolAttributes> {
  return new Node<PoolAttributes>(node.graph, node.op);
}

/** Whether a pool is the mean of the whole image. */
export function isGlobalAverage(node: Node<PoolAttributes>): boolean {
  const [, height, width] = node.input(0).shape;
  const { filterHeight, filterWidth, padding } = node.attributes;
  return (
    node.op.kind === "AVERAGE_POOL_2D" &&
    padding === "VALID" &&
    filterHeight === height &&
    filterWidth === width
  );
}

export function usersOf(graph: Graph, tensor: TensorId): number[] {
  return graph.ops.flatMap((op, index) => (op.inputs.includes(tensor) ? [index] : []));
}
