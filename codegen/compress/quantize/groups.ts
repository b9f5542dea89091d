/** Tensors that must be of one type: disjoint sets of nodes, each with a format, a range and at most one type that is given. */
import type { ActivationFormat } from "./formats.js";
import type { Range } from "./observers/observer.js";
import { type ActivationType, sameType, typeFor } from "./types.js";

interface Group {
  readonly format: ActivationFormat;
  readonly range: Range;
  readonly fixed: ActivationType | undefined;
}

/** A tensor as someone produces or reads it. */
export type NodeId = number;

export class Groups {
  readonly #parents: NodeId[] = [];
  readonly #groups: Group[] = [];

  /** A new node, alone in its group. */
  add(format: ActivationFormat, range: Range, fixed?: ActivationType): NodeId {
    this.#groups.push({ format, range, fixed });
    return this.#parents.push(this.#parents.length) - 1;
  }

  format(node: NodeId): ActivationFormat {
    return this.#group(node).format;
  }

  /** The type that a node's group is given. */
  fixed(node: NodeId): ActivationType | undefined {
    return this.#group(node).fixed;
  }

  /** Whether two groups can be of one type. */
  canJoin(a: NodeId, b: NodeId): boolean {
    const [p, q] = [this.#group(a), this.#group(b)];
    return p.format === q.format && (!p.fixed || !q.fixed || sameType(p.fixed, q.fixed));
  }

  /** Makes one group of two that can join. */
  join(a: NodeId, b: NodeId): void {
    const [p, q] = [this.#find(a), this.#find(b)];
    if (p === q) return;
    const [{ format, range, fixed }, other] = [this.#groups[p], this.#groups[q]];
    const min = Math.min(range.min, other.range.min);
    const max = Math.max(range.max, other.range.max);
    this.#parents[q] = p;
    this.#groups[p] = { format, range: { min, max }, fixed: fixed ?? other.fixed };
  }

  /** The type of a node: what its group is given, or else what its range asks for. */
  type(node: NodeId): ActivationType {
    const { format, range, fixed } = this.#group(node);
    return fixed ?? typeFor(range, format);
  }

  #group(node: NodeId): Group {
    return this.#groups[this.#find(node)];
  }

  #find(node: NodeId): NodeId {
    let root = node;
    while (this.#parents[root] !== root) root = this.#parents[root];
    this.#parents[node] = root;
    return root;
  }
}
