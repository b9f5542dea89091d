/** What zeros save, asked of the planner. */
import type { TensorId } from "../../../graph/graph.js";
import type { Op } from "../../../graph/op.js";
import { realValues } from "../../../graph/real-values.js";
import type { Form } from "../../../plan/forms.js";
import type { PlanOptions } from "../../../plan/options.js";
import { type Plan, plan } from "../../../plan/plan.js";
import { type Mask, masked, maskOf, type Pruned } from "../mask.js";
import { norm } from "../methods.js";
import { parameterId, prunableLayers } from "../parameter.js";
import { commonLayers } from "../plans.js";
import { groupsOf, type WeightGroup } from "./groups.js";

/** What it is worth to prune groups of a layer's weights. */
export interface Saving {
  readonly op: Op;
  readonly form: Form;
  readonly groups: readonly WeightGroup[];
  /** Predicted instructions of an inference that a group saves; 0 where pruning saves nothing. */
  readonly instructions: number;
}

/** What is pruned for trial. */
export interface TrialOptions {
  /** A layer's groups; those of its kernel where not given. */
  readonly groups?: typeof groupsOf;
  /** The share of a layer's groups; half of them where not given. */
  readonly share?: (op: Op) => number;
}

/**
 * Plans a quantized graph as it is and with the least groups gone, and compares. Layers that are computed as one are tried one after
 * another, all others at once.
 *
 * @param pruned of a valid quantized graph, after the passes
 */
export function savings(
  pruned: Pruned,
  options: PlanOptions = {},
  { groups = groupsOf, share = () => 0.5 }: TrialOptions = {},
): Saving[] {
  const { graph } = pruned;
  const before = plan(masked(pruned), options);
  const layers = prunableLayers(graph);
  const found: Saving[] = [];
  const tried = before.layers.map(({ ops, form }) => ({
    form,
    ops: ops.flatMap(({ name }) => layers.find((op) => op.name === name) ?? []),
  }));
  for (let turn = 0; tried.some(({ ops }) => turn < ops.length); turn++) {
    const trials = tried.flatMap(({ ops, form }) => {
      const op = ops[turn];
      if (!op) return [];
      const { shape } = graph.tensors[parameterId(op, "weight")!];
      return [trialOf(pruned, op, form, groups(op, shape, form), share(op))];
    });
    const masks = new Map(pruned.masks);
    for (const { id, mask } of trials) masks.set(id, mask);
    const after = plan(masked({ graph, masks }), options);
    found.push(...compared(before, after, trials));
  }
  return found;
}

interface Trial {
  readonly op: Op;
  readonly form: Form;
  readonly groups: readonly WeightGroup[];
  readonly id: TensorId;
  readonly mask: Mask;
  /** How many groups it prunes. */
  readonly count: number;
}

function trialOf(pruned: Pruned, op: Op, form: Form, groups: readonly WeightGroup[], share: number): Trial {
  const id = parameterId(op, "weight")!;
  const mask = maskOf(pruned, id).slice();
  const values = realValues(pruned.graph.tensors[id]);
  const norms = groups.map((group) =>
    norm(
      Float64Array.from(group, (i) => values[i] * mask[i]),
      1,
    ),
  );
  const left = [...groups.keys()].filter((i) => norms[i] > 0).sort((a, b) => norms[a] - norms[b]);
  const count = Math.floor(share * left.length);
  for (const index of left.slice(0, count)) for (const i of groups[index]) mask[i] = 0;
  return { op, form, groups, id, mask, count };
}

/** What trials saved, over the operators that either plan computes as one. */
function compared(before: Plan, after: Plan, trials: readonly Trial[]): Saving[] {
  return commonLayers(before, after).flatMap(({ names, before, after }) => {
    const own = trials.filter(({ op }) => names.includes(op.name));
    const count = own.reduce((sum, trial) => sum + trial.count, 0);
    const saved = Math.max(0, before.instructions - after.instructions);
    return own.map(({ op, form, groups }) => ({
      op,
      form,
      groups,
      instructions: count > 0 ? saved / count : 0,
    }));
  });
}
