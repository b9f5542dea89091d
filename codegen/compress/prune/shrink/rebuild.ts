/** The graph without channels that go. */
import type { Graph, Tensor, TensorId } from "../../../graph/graph.js";
import type { Op } from "../../../graph/op.js";
import { increased, selected, zeroBias } from "./constants.js";
import type { Going } from "./going.js";
import { channelCount, isBinary, isReshaping, isSum } from "./ties.js";

/** Tensors keep their indexes; constants that several operators read become one for each. */
export function rebuilt(graph: Graph, going: Going): Graph {
  return new Rebuilder(graph, going).graph();
}

class Rebuilder {
  readonly #source: Graph;
  readonly #going: Going;
  readonly #tensors: Tensor[];
  readonly #readers = new Map<TensorId | null, number>();

  constructor(source: Graph, going: Going) {
    this.#source = source;
    this.#going = going;
    this.#tensors = source.tensors.map((tensor, id) => {
      const gone = going.channels.get(id)?.size ?? 0;
      return gone === 0 ? tensor : { ...tensor, shape: tensor.shape.with(-1, channelCount(tensor) - gone) };
    });
    for (const id of source.ops.flatMap(({ inputs }) => inputs))
      this.#readers.set(id, (this.#readers.get(id) ?? 0) + 1);
  }

  graph(): Graph {
    const ops = this.#source.ops.map((op) => this.#op(op));
    const read = new Set(ops.flatMap(({ inputs }) => inputs));
    const tensors = this.#tensors.map((tensor, id): Tensor => {
      const isLeft = tensor.data !== undefined && this.#readers.has(id) && !read.has(id);
      return isLeft ? { name: tensor.name, shape: [], dtype: tensor.dtype } : tensor;
    });
    return { ...this.#source, tensors, ops };
  }

  #op(op: Op): Op {
    if (isSum(this.#source, op)) return this.#sum(op);
    const [output] = op.outputs;
    if (output === undefined || !this.#going.channels.has(output)) return op;
    const kept = this.#kept(output);
    if (isReshaping(op))
      return {
        kind: "RESHAPE",
        name: op.name,
        inputs: [op.inputs[0]],
        outputs: op.outputs,
        attributes: { newShape: this.#tensors[output].shape },
      };
    if (op.kind === "DEPTHWISE_CONV_2D") {
      const [input, weights, bias] = op.inputs as readonly [TensorId, TensorId, TensorId | null | undefined];
      const inputs = [input, this.#select(weights, 3, kept), this.#bias(bias, kept)];
      const depthMultiplier = kept.length / channelCount(this.#tensors[input]);
      return { ...op, inputs, attributes: { ...op.attributes, depthMultiplier } };
    }
    if (!isBinary(op)) return op;
    const inputs = op.inputs.map((id) => {
      const { data, shape } = this.#source.tensors[id!];
      const isWhole = data !== undefined && shape.length > 0 && shape.at(-1) !== 1;
      return isWhole ? this.#select(id!, shape.length - 1, kept) : id;
    });
    return { ...op, inputs } as Op;
  }

  /** A CONV_2D or FULLY_CONNECTED with fewer inputs or outputs. */
  #sum(op: Op): Op {
    const [input, weights, bias = null] = op.inputs as readonly [TensorId, TensorId, TensorId | null];
    const [output] = op.outputs;
    const { channels, losses } = this.#going;
    if (!channels.has(input) && !channels.has(output)) return op;
    const { shape } = this.#source.tensors[weights];
    const last = shape.length - 1;
    const gone = channels.get(input) ?? new Set<number>();
    const depth = channelCount(this.#source.tensors[input]);
    const columns = [...Array(shape[last]).keys()].filter((column) => !gone.has(column % depth));
    const kept = this.#kept(output);
    const made = this.#select(this.#select(weights, last, columns), 0, kept);
    return { ...op, inputs: [input, made, this.#bias(this.#increase(op, bias, losses.get(op)), kept)] } as Op;
  }

  /** The bias with what is lost; made where there is none. */
  #increase(op: Op, bias: TensorId | null, loss: Float64Array | undefined): TensorId | null {
    if (!loss?.some((value) => value !== 0)) return bias;
    const [input, weights] = op.inputs as readonly [TensorId, TensorId];
    const { tensors } = this.#source;
    if (bias !== null) return this.#put(bias, increased(tensors[bias], loss));
    const zeros = zeroBias(`${op.name}/bias`, tensors[input], tensors[weights]);
    return this.#push(increased(zeros, loss));
  }

  #bias(id: TensorId | null | undefined, kept: readonly number[]): TensorId | null {
    return typeof id === "number" ? this.#select(id, this.#tensors[id].shape.length - 1, kept) : null;
  }

  /** Some indexes of a dimension of a constant. */
  #select(id: TensorId, axis: number, kept: readonly number[]): TensorId {
    const tensor = this.#tensors[id];
    return kept.length === tensor.shape[axis] ? id : this.#put(id, selected(tensor, axis, kept));
  }

  /** A constant in the place of another, or as a new one where others read that. */
  #put(id: TensorId, tensor: Tensor): TensorId {
    if (this.#readers.get(id) !== 1) return this.#push(tensor);
    this.#tensors[id] = tensor;
    return id;
  }

  #push(tensor: Tensor): TensorId {
    const id = this.#tensors.push(tensor) - 1;
    this.#readers.set(id, 1);
    return id;
  }

  #kept(tensor: TensorId): number[] {
    const gone = this.#going.channels.get(tensor);
    const count = channelCount(this.#source.tensors[tensor]);
    return [...Array(count).keys()].filter((channel) => !gone?.has(channel));
  }
}
