import { describe, expect, it } from "vitest";
import { pruneChannels } from "../../../codegen/compress/prune/channels.js";
import { masked, maskOf, type Pruned, unpruned } from "../../../codegen/compress/prune/mask.js";
import { warmRandom } from "../../../codegen/compress/prune/random.js";
import { shrink } from "../../../codegen/compress/prune/shrink/shrink.js";
import { FloatModel } from "../../../codegen/float/execute.js";
import { elements, type TensorId } from "../../../codegen/graph/graph.js";
import { relativeError } from "../../float/relative-error.js";
import { FloatGraph, SAME_RELU } from "../../support/float-graph.js";
import { problemsOf } from "../../support/problems.js";
import { randomNetwork } from "./networks.js";

/** Filters that are left of a layer. */
function left(pruned: Pruned, layer: number): number[] {
  const { inputs, kind } = pruned.graph.ops[layer];
  const mask = maskOf(pruned, inputs[1]!);
  const { shape } = pruned.graph.tensors[inputs[1]!];
  const channels = kind === "DEPTHWISE_CONV_2D" ? shape[3] : shape[0];
  return [...Array(channels).keys()].filter((channel) =>
    mask.some(
      (kept, i) =>
        kept &&
        channel === (kind === "DEPTHWISE_CONV_2D" ? i % channels : Math.floor((i * channels) / mask.length)),
    ),
  );
}

/** Two branches from one input, added, and a layer that reads the sum. Filters have one weight each. */
function residual(first: readonly number[], second: readonly number[]) {
  const build = new FloatGraph(1);
  const input = build.input([1, 2, 2, 1]);
  const layer = (x: TensorId, weights: readonly number[]) =>
    build.op(
      "CONV_2D",
      SAME_RELU,
      x,
      build.constant([weights.length / build.shape(x)[3], 1, 1, build.shape(x)[3]], weights),
      build.constant([weights.length / build.shape(x)[3]]),
    );
  const sum = build.op("ADD", { activation: "NONE" }, layer(input, first), layer(input, second));
  return unpruned(
    build.graph([
      layer(
        sum,
        Array.from({ length: 2 * first.length }, (_, i) => i + 1),
      ),
    ]),
  );
}

describe("channels", () => {
  it("of a residual's branches go together, by the sum of their norms", () => {
    // Sums of magnitudes: 5, 4, 9, 3.
    const pruned = pruneChannels(residual([1, 3, 5, 2], [4, -1, 4, 1]), { count: 2 });
    expect([left(pruned, 0), left(pruned, 1)]).toEqual([
      [0, 2],
      [0, 2],
    ]);
    expect(maskOf(pruned, pruned.graph.ops[0].inputs[2]!)).toEqual(Uint8Array.of(1, 0, 1, 0));
    const smaller = shrink(masked(pruned));
    expect(smaller.tensors[smaller.ops[2].outputs[0]].shape).toEqual([1, 2, 2, 2]);
  });

  it("iterative calls count those that are left; outputs stay; a layer keeps one", () => {
    const model = residual([1, 3, 5, 2], [4, -1, 4, 1]);
    const first = pruneChannels(model, { fraction: 0.5 });
    const second = pruneChannels(first, { fraction: 0.5 });
    expect([left(second, 0), left(second, 3)]).toEqual([[2], [0, 1]]);
    expect(problemsOf(() => [pruneChannels(second, { count: 1 })] as never).map(({ code }) => code)).toEqual([
      "nothing-left",
    ]);
    expect(
      problemsOf(() => [pruneChannels(model, { fraction: 1 })] as never).map(({ code }) => code),
    ).toEqual(["nothing-left"]);
  });

  it("of depthwise layers go with those before them", () => {
    const build = new FloatGraph(2);
    const input = build.input([1, 4, 4, 1]);
    const conv = build.op("CONV_2D", SAME_RELU, input, build.constant([3, 1, 1, 1], [1, 2, 3]), null);
    const depthwise = build.op(
      "DEPTHWISE_CONV_2D",
      { ...SAME_RELU, depthMultiplier: 1 },
      conv,
      build.constant([1, 1, 1, 3], [9, 1, 1]),
      null,
    );
    const last = build.op("CONV_2D", SAME_RELU, depthwise, build.constant([2, 1, 1, 3]), null);
    const pruned = pruneChannels(unpruned(build.graph([last])), { count: 1 }, { norm: 1 });
    expect([left(pruned, 0), left(pruned, 1), left(pruned, 2)]).toEqual([
      [0, 2],
      [0, 2],
      [0, 1],
    ]);
  });

  it("only of chosen layers and what is tied to them", () => {
    const model = residual([1, 3, 5, 2], [4, -1, 4, 1]);
    const pruned = pruneChannels(model, { count: 1 }, { layers: [1] });
    expect([left(pruned, 0), left(pruned, 1)]).toEqual([
      [0, 1, 2],
      [0, 1, 2],
    ]);
    const codes = (layer: string | number) =>
      problemsOf(() => [pruneChannels(model, { count: 1 }, { layers: [layer] })] as never).map(
        ({ code }) => code,
      );
    expect(["x", 2, 3].map(codes)).toEqual([["layer-unknown"], ["layer-without-weights"], ["channels-stay"]]);
  });

  it("at random, the same for the same seed", () => {
    const model = residual([1, 3, 5, 2], [4, -1, 4, 1]);
    const once = (seed: number) => left(pruneChannels(model, { count: 2 }, { next: warmRandom(seed) }), 0);
    expect(once(3)).toEqual(once(3));
    expect(new Set([1, 2, 3, 4, 5].map((seed) => once(seed).join())).size).toBeGreaterThan(1);
  });

  it("random networks: half of the channels go, tensors shrink and compute the same", () => {
    let [before, after] = [0, 0];
    for (let seed = 1; seed <= 60; seed++) {
      const { build, graph } = randomNetwork(seed);
      const pruned = masked(pruneChannels(unpruned(graph), { fraction: 0.4 }));
      const smaller = shrink(pruned);
      const inputs = graph.inputs.map((id) => build.random(elements(graph.tensors[id].shape)));
      const [wanted, found] = [pruned, smaller].map(
        (it) => new FloatModel(it).run(inputs).get(graph.outputs[0])!,
      );
      expect(relativeError(found, wanted), `seed ${seed}`).toBeLessThan(1e-5);
      const bytes = ({ tensors }: typeof graph) =>
        tensors.reduce((sum, { data }) => sum + (data?.length ?? 0), 0);
      before += bytes(graph);
      after += bytes(smaller);
    }
    expect(after).toBeLessThan(0.6 * before);
  });
});
