import { realValues } from "../../../graph/real-values.js";
import { refuse } from "../../../problems/problem.js";
import { maskOf, type Pruned } from "../mask.js";
import { type Parameter, parameterOf } from "../parameter.js";
import { customFromMask } from "../prune.js";

/**
 * N:M sparsity: of each M neighbours along the input channels the N of the greatest magnitudes stay (Mishra et al. 2021,
 * arXiv:2104.08378). Where the last neighbours are fewer than M, N of them stay. Depthwise layers have a single input channel for
 * each output, and stay as they are.
 *
 * @throws Refusal `prune-pattern`, and for parameters as other methods do
 */
export function nOfM(pruned: Pruned, layer: Parameter["layer"], n: number, m: number): Pruned {
  if (!(Number.isSafeInteger(n) && Number.isSafeInteger(m) && 1 <= n && n <= m))
    refuse("prune-pattern", { n, m });
  const { op, id, tensor } = parameterOf(pruned.graph, { layer, name: "weight" });
  const mask = maskOf(pruned, id).slice();
  const depth = op.kind === "DEPTHWISE_CONV_2D" ? 1 : tensor.shape.at(-1)!;
  const magnitudes = realValues(tensor).map((value, i) => Math.abs(value) * mask[i]);
  for (let from = 0; from < mask.length; from += depth)
    for (let first = from; first < from + depth; first += m) {
      const count = Math.min(m, from + depth - first);
      const descending = Array.from({ length: count }, (_, i) => first + i).sort(
        (a, b) => magnitudes[b] - magnitudes[a],
      );
      for (const index of descending.slice(n)) mask[index] = 0;
    }
  return customFromMask(pruned, { layer, name: "weight" }, mask);
}
