/** Tensors that must be of one type: disjoint sets of nodes, each with a format, a range and at most one type that is given. */
import { ACTIVATION_RANGES, type ActivationFormat } from "./formats.js";
import type { Range } from "./observers/observer.js";
import { type ActivationType, sameType, typeFor } from "./types.js";

interface Group {
  readonly format: ActivationFormat;
  readonly range: Range;
  readonly fixed: ActivationType | undefined;
  /** What the scale may not be below. */
  readonly least: number;
}

/** A tensor as someone produces or reads it. */
export type NodeId = number;

export class Groups {
  readonly #parents: NodeId[] = [];
  readonly #groups: Group[] = [];

  /** A new node, alone in its group. */
  add(format: ActivationFormat, range: Range, fixed?: ActivationType): NodeId {
    this.#groups.push({ format, range, fixed, least: 0 });
    return this.#parents.push(this.#parents.length) - 1;
  }

  format(node: NodeId): ActivationFormat {
    return this.#group(node).format;
  }

  /** The type that a node's group is given. */
  fixed(node: NodeId): ActivationType | undefined {
    return this.#group(node).fixed;
  }

  /** Whether two groups can be of one type: the type of one of them, if it is given, must hold what the other one has. */
  canJoin(a: NodeId, b: NodeId): boolean {
    const [p, q] = [this.#group(a), this.#group(b)];
    if (p.format !== q.format) return false;
    if (p.fixed && q.fixed) return sameType(p.fixed, q.fixed);
    return (!p.fixed || holds(p.fixed, q.range)) && (!q.fixed || holds(q.fixed, p.range));
  }

  /** Makes one group of two that can join. */
  join(a: NodeId, b: NodeId): void {
    const [p, q] = [this.#find(a), this.#find(b)];
    if (p === q) return;
    const [{ format, range, fixed, least }, other] = [this.#groups[p], this.#groups[q]];
    const min = Math.min(range.min, other.range.min);
    const max = Math.max(range.max, other.range.max);
    this.#parents[q] = p;
    this.#groups[p] = {
      format,
      range: { min, max },
      fixed: fixed ?? other.fixed,
      least: Math.max(least, other.least),
    };
  }

  /** Holds a group's scale to be at least some number. */
  coarsen(node: NodeId, least: number): void {
    const group = this.#group(node);
    this.#groups[this.#find(node)] = { ...group, least: Math.max(least, group.least) };
  }

  /** The type of a node: what its group is given, or else what its range asks for. */
  type(node: NodeId): ActivationType {
    const { format, range, fixed, least } = this.#group(node);
    return fixed ?? typeFor(range, format, least);
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

/** Whether a type holds a range, to a step. */
function holds({ format, scale, zeroPoint }: ActivationType, range: Range): boolean {
  const { min, max } = ACTIVATION_RANGES[format];
  return range.min >= (min - zeroPoint - 1) * scale && range.max <= (max - zeroPoint + 1) * scale;
}
