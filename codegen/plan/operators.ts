/** The forms that operators may take outside planes, each written once however often it is weighed. */
import { touchesFloat8 } from "../arithmetic/float8.js";
import { rolledCost } from "../cost/rolled.js";
import { elements, type Graph } from "../graph/graph.js";
import type { Op } from "../graph/op.js";
import { withCodebook } from "../kernels/codebook/index.js";
import { columns } from "../kernels/columns/index.js";
import { reduced } from "../kernels/columns/reduce.js";
import { elementBitsOf } from "../kernels/element.js";
import { unrolled } from "../kernels/unrolled/index.js";
import { Node } from "../ops/node.js";
import type { GeneratedLowering } from "../ops/operator.js";
import { operatorOf } from "../ops/registry.js";
import { type Choice, FORMS } from "./forms.js";
import type { PlanOptions } from "./options.js";

/** MACs beyond which a layer, and a run of layers, is not unrolled: flash and compile time are better spent. */
const MOST_UNROLLED = 50_000;
const MOST_IN_RUN = 4_000;

/**
 * Positions beyond which columns are never best. Of int16, fewer operators are computed in planes, so that convolutions at many
 * positions often read what is not there.
 */
const MOST_POSITIONS = { 8: 64, 16: Number.POSITIVE_INFINITY } as const;

/** Instructions for each MAC that is not with zero, below which no kernel of these forms comes. */
const LEAST_UNROLLED = 40;
const LEAST_COLUMNS = 8;

export class OperatorForms {
  readonly #options: PlanOptions;
  readonly #rolled = new Map<Op, Choice>();
  readonly #generated = new Map<Op, readonly Choice[]>();
  readonly #runs = new Map<Op, Map<Op, Choice | undefined>>();

  constructor(options: PlanOptions) {
    this.#options = options;
  }

  rolled(graph: Graph, index: number): Choice {
    const op = graph.ops[index];
    const known = this.#rolled.get(op);
    if (known) return known;
    const node = new Node(graph, op);
    const lowering = operatorOf(op).lower(node);
    const cost = rolledCost(node, lowering);
    const made: Choice = { ops: [index], form: "rolled", lowering, outputs: op.outputs, cost };
    this.#rolled.set(op, made);
    return made;
  }

  /** All forms of one operator by itself, `rolled` first. */
  of(graph: Graph, index: number): readonly Choice[] {
    const op = graph.ops[index];
    const known = this.#generated.get(op) ?? this.#write(graph, index);
    this.#generated.set(op, known);
    return [this.rolled(graph, index), ...known];
  }

  #write(graph: Graph, index: number): Choice[] {
    const op = graph.ops[index];
    if (this.rolled(graph, index).lowering.form !== "kernel" || isUpdatable(op.name, this.#options))
      return [];
    const node = new Node(graph, op);
    const codebook = this.#codebook(node, index);
    if (!makesBytes(graph, op))
      return makesHalves(graph, op) && isNarrow(node)
        ? [...codebook, ...this.#choice(op, [index], "columns", () => columns(node))]
        : codebook;
    const columnar = () => (isNarrow(node) ? columns(node) : reduced(node));
    const ways = macsOf(graph, index) <= MOST_UNROLLED ? [false, true] : [];
    return [
      ...codebook,
      ...ways.flatMap((isShared) =>
        this.#choice(op, [index], "unrolled", () => unrolled(graph, [index], isShared)),
      ),
      ...this.#choice(op, [index], "columns", columnar),
    ];
  }

  /** The rolled form with few values as weights. */
  #codebook(node: Node, index: number): Choice[] {
    const { forms = FORMS } = this.#options;
    const { lowering: rolled, ...common } = this.rolled(node.graph, index);
    const lowering = forms.includes("codebook") ? withCodebook(rolled) : undefined;
    if (!lowering) return [];
    return [{ ...common, form: "codebook", lowering, cost: rolledCost(node, lowering) }];
  }

  /** Operators that follow each other as one unrolled layer, where they are small enough. */
  run(graph: Graph, first: number, last: number): Choice | undefined {
    const ops = Array.from({ length: last - first + 1 }, (_, i) => first + i);
    if (ops.some((index) => isUpdatable(graph.ops[index].name, this.#options))) return undefined;
    if (!ops.every((index) => makesBytes(graph, graph.ops[index]))) return undefined;
    if (ops.reduce((sum, index) => sum + macsOf(graph, index), 0) > MOST_IN_RUN) return undefined;
    const [from, to] = [graph.ops[first], graph.ops[last]];
    const known = this.#runs.get(from) ?? new Map<Op, Choice | undefined>();
    this.#runs.set(from, known);
    if (!known.has(to)) known.set(to, this.#choice(to, ops, "unrolled", () => unrolled(graph, ops))[0]);
    return known.get(to);
  }

  #choice(
    { outputs }: Op,
    ops: readonly number[],
    form: "unrolled" | "columns",
    write: () => GeneratedLowering | undefined,
  ): Choice[] {
    const { forms = FORMS } = this.#options;
    const lowering = forms.includes(form) ? write() : undefined;
    return lowering ? [{ ops, form, lowering, outputs, cost: lowering.cost }] : [];
  }

  /** Fewer instructions than any of these forms takes, known without writing them. */
  leastInstructions(graph: Graph, index: number): number {
    const op = graph.ops[index];
    const node = new Node(graph, op);
    const macs = macsOf(graph, index) * shareOfMacs(node);
    const { instructions } = this.rolled(graph, index).cost;
    if (isNarrow(node)) return Math.min(instructions, LEAST_COLUMNS * macs);
    return macsOf(graph, index) <= MOST_UNROLLED
      ? Math.min(instructions, LEAST_UNROLLED * macs)
      : instructions;
  }
}

/** Whether all outputs are int16: some kernels with lanes are for those, too. */
function makesHalves(graph: Graph, op: Op): boolean {
  return op.outputs.every((id) => graph.tensors[id].dtype === "int16");
}

/** Whether all outputs are int8, and nothing is an 8-bit float: all generated kernels are for those. */
function makesBytes(graph: Graph, op: Op): boolean {
  return op.outputs.every((id) => graph.tensors[id].dtype === "int8") && !touchesFloat8(graph, op);
}

export function isUpdatable(name: string, { updatable }: PlanOptions): boolean {
  return updatable === "all" || (updatable?.includes(name) ?? false);
}

export function macsOf(graph: Graph, index: number): number {
  const op = graph.ops[index];
  return operatorOf(op).macs?.(new Node(graph, op)) ?? 0;
}

/** Whether there are so few positions that lanes over channels may suit. */
function isNarrow(node: Node): boolean {
  const { kind } = node.op;
  return (
    kind === "FULLY_CONNECTED" ||
    (kind.endsWith("CONV_2D") &&
      elements(node.output().shape.slice(1, 3)) <= MOST_POSITIONS[elementBitsOf(node)])
  );
}

/** The share of weights that are not zero; 0 without weights. */
function shareOfMacs({ graph, op }: Node): number {
  const weights =
    op.inputs.length > 1 && op.inputs[1] !== null ? graph.tensors[op.inputs[1]].data : undefined;
  return weights ? weights.reduce((sum, it) => sum + (it === 0 ? 0 : 1), 0) / weights.length : 0;
}
