/** Runs one operator at compile time, on the very kernel that it takes on a device. */
import { Network } from "../../runtime/network.js";
import type { TensorInfo } from "../../runtime/tensor.js";
import { byteLength, type TensorId } from "../graph/graph.js";
import type { Node } from "../ops/node.js";
import type { KernelLowering, Lowering } from "../ops/operator.js";
import { align, locate } from "../ops/place.js";

/** The bytes of an operator's inputs. */
export type Values = (id: TensorId) => Uint8Array;

/** The bytes of the outputs of an operator, given those of its inputs; undefined where it computes nothing. */
export function evaluate(
  node: Node,
  lowering: Lowering,
  values: Values = (id) => node.graph.tensors[id].data!,
): readonly Uint8Array[] | undefined {
  if (lowering.form === "nothing") return undefined;
  return lowering.form === "alias" ? [values(node.inputId(0))] : runKernel(node, lowering, values);
}

function runKernel(
  { graph, op }: Node,
  { kernel, tiles, parameters }: KernelLowering,
  values: Values,
): Uint8Array[] {
  const arena = new Stack();
  const weights = new Stack();
  const constants: { readonly bytes: Uint8Array; readonly offset: number }[] = [];
  const infos = new Map<TensorId, TensorInfo>();
  const inputs = op.inputs.filter((id) => id !== null);
  for (const id of [...inputs, ...op.outputs]) {
    const length = byteLength(graph.tensors[id]);
    if (!infos.has(id)) infos.set(id, byteTensor(graph.tensors[id].name, arena.push(length), length));
  }
  const located = locate(parameters, {
    tensor: (id) => infos.get(id)!.offset,
    scratch: () => 0, // kernels that operators lower to need nothing for themselves
    variable: () => 0, // operators on variables have an input that is never constant: a handle
    constant: (_, bytes) => {
      const offset = weights.push(bytes.length);
      constants.push({ bytes, offset });
      return offset;
    },
    constantTensor: () => undefined, // they all lie in the arena
  });
  const file = new Uint8Array(weights.size);
  for (const { bytes, offset } of constants) file.set(bytes, offset);
  const network = new Network(
    {
      layers: [{ name: op.name, kernel, tiles, ...located }],
      inputs: inputs.map((id) => infos.get(id)!),
      outputs: op.outputs.map((id) => infos.get(id)!),
      variables: [],
      arenaBytes: arena.size,
      weightsBytes: weights.size,
      hasInt16: true,
    },
    file.buffer,
  );
  inputs.forEach((id, i) => {
    network.inputs[i].data.set(values(id));
  });
  network.run();
  return network.outputs.map(({ data }) => Uint8Array.from(data));
}

/** A tensor of any type as plain bytes. */
function byteTensor(name: string, offset: number, length: number): TensorInfo {
  return { name, shape: [length], dtype: "uint8", scale: 1, zeroPoint: 0, offset, length };
}

/** Memory that only grows, in aligned pieces. */
class Stack {
  size = 0;

  /** @returns the offset of `length` fresh bytes */
  push(length: number): number {
    const offset = this.size;
    this.size = align(offset + length);
    return offset;
  }
}
