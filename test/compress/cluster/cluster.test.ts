/** Clusters of the weights of graphs. */
import { describe, expect, it } from "vitest";
import {
  applyCentroids,
  type Clustered,
  clusterMeans,
  unclustered,
  withCentroids,
} from "../../../codegen/compress/cluster/assignment.js";
import { type ClusterOptions, clusterWeights } from "../../../codegen/compress/cluster/cluster.js";
import { masked, nonZeros, unpruned } from "../../../codegen/compress/prune/mask.js";
import { l1Unstructured } from "../../../codegen/compress/prune/prune.js";
import { elementsOf } from "../../../codegen/graph/elements.js";
import type { Graph, Quantization } from "../../../codegen/graph/graph.js";
import { FloatGraph } from "../../support/float-graph.js";
import { perTensor, singleOpGraph } from "../../support/graph-builder.js";
import { problemsOf } from "../../support/problems.js";

const DENSE = { activation: "NONE", keepDims: false } as const;

function floats(outputs: number, inputs: number, values?: readonly number[]): Graph {
  const build = new FloatGraph(9);
  const weights = build.constant([outputs, inputs], values);
  return build.graph([build.op("FULLY_CONNECTED", DENSE, build.input([1, inputs]), weights, null)]);
}

function integers(values: readonly number[], quantization: Quantization, outputs = 1): Graph {
  const inputs = values.length / outputs;
  return singleOpGraph(
    "FULLY_CONNECTED",
    DENSE,
    [
      { shape: [1, inputs], dtype: "int8", quantization: perTensor(0.1, 0) },
      { shape: [outputs, inputs], dtype: "int8", quantization, values },
      null,
    ],
    [{ shape: [1, outputs], dtype: "int8", quantization: perTensor(1, 0) }],
  );
}

function weightsOf({ ops, tensors }: Graph): number[] {
  const { dtype, data } = tensors[ops[0].inputs[1]!];
  return Array.from(elementsOf(dtype, data!) as ArrayLike<number>);
}

const clusteredBy = (graph: Graph, options: ClusterOptions): Clustered =>
  clusterWeights(unclustered(graph), 0, options);
const weightsBy = (graph: Graph, options: ClusterOptions) =>
  weightsOf(applyCentroids(clusteredBy(graph, options)));
const distinct = (values: readonly number[]) => new Set(values).size;
const magnitudes = (values: readonly number[]) =>
  new Set(values.map(Math.abs).filter((value) => value > 0)).size;
const squares = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);
const codes = (attempt: () => unknown) =>
  problemsOf(() => {
    attempt();
    return [];
  }).map(({ code }) => code);

/** Every integer of a type whose weights are symmetric. */
const ALL = Array.from({ length: 255 }, (_, i) => i - 127);

describe("clusterWeights", () => {
  it.each([2, 3, 4, 5, 6, 7, 8])(
    "%i bits: floats take no more values than that, the more the nearer",
    (bits) => {
      const graph = floats(20, 40);
      const weights = weightsBy(graph, { bits });
      expect(distinct(weights)).toBe(2 ** bits);
      expect(weights).toContain(0);
      const free = weightsBy(graph, { bits, preserveSparsity: false });
      expect(distinct(free)).toBe(2 ** bits);
      expect(free).not.toContain(0);
      const symmetric = weightsBy(graph, { bits, symmetric: true });
      expect(magnitudes(symmetric)).toBe(2 ** (bits - 1) - 1);
      const errors = [free, weights, symmetric].map((it) => squares(it, weightsOf(graph)));
      expect(errors).toEqual(errors.toSorted((a, b) => a - b));
      // Uniform numbers in so many equal parts: a twelfth of a part's square each, less what few samples give.
      expect(errors[0] / 800).toBeLessThan((2 / 2 ** bits) ** 2 / 12);
    },
  );

  it("integers stay integers", () => {
    const graph = integers(ALL, perTensor(0.01, 0));
    const weights = weightsBy(graph, { bits: 4 });
    expect(weights.every(Number.isInteger)).toBe(true);
    expect(distinct(weights)).toBe(16);
    const symmetric = weightsBy(graph, { bits: 4, symmetric: true });
    expect([...new Set(symmetric)]).toEqual([...new Set(symmetric)].map((value) => -value + 0).reverse());
    expect(magnitudes(symmetric)).toBe(7);
    expect(weightsBy(graph, { bits: 8, symmetric: true })).toEqual(ALL);
  });

  it("values of a layer go by the scales of its channels, those of a channel by its own weights", () => {
    // The second channel's weights are a thousandth in real numbers: they have no say.
    const values = [...[10, 20, 30, 40].flatMap((value) => [value, value]), 1, 2, 3, 4, 5, 6, 7, 8];
    const scales: Quantization = { scales: [1, 0.001], zeroPoints: [0, 0], axis: 0 };
    const graph = integers(values, scales, 2);
    const options = { bits: 2, preserveSparsity: false } as const;
    expect(weightsBy(graph, options)).toEqual([10, 10, 20, 20, 30, 30, 40, 40, ...Array(8).fill(10)]);
    const own = weightsBy(graph, { ...options, perChannel: true });
    expect(own.slice(0, 8)).toEqual(values.slice(0, 8));
    expect(distinct(own.slice(8))).toBe(4);
  });

  it("leaves what it was given as it is, and other layers", () => {
    const graph = floats(4, 8);
    const before = weightsOf(graph);
    const clustered = clusteredBy(graph, { bits: 2 });
    expect(weightsOf(graph)).toEqual(before);
    expect(weightsOf(clustered.graph)).toEqual(before);
    expect([...clustered.assignments.keys()]).toEqual([graph.ops[0].inputs[1]]);
    const again = clusterWeights(clustered, 0, { bits: 3 });
    expect(distinct(weightsOf(applyCentroids(again)))).toBe(8);
  });

  it("pruned weights stay pruned, at any bits and by any method", () => {
    const pruned = l1Unstructured(unpruned(floats(20, 40)), { layer: 0, name: "weight" }, { fraction: 0.6 });
    const graph = masked(pruned);
    const zeros = nonZeros(graph.tensors[graph.ops[0].inputs[1]!]);
    for (const method of ["optimal", "linear", "kmeans++"] as const)
      for (const symmetric of [false, true]) {
        const clustered = clusteredBy(graph, { bits: 3, method, symmetric });
        const after = weightsOf(applyCentroids(clustered));
        zeros.forEach((kept, i) => {
          if (!kept) expect(after[i]).toBe(0);
        });
        expect(distinct(after)).toBeLessThanOrEqual(symmetric ? 7 : 8);
        // What training leaves of the centroids moves no zero.
        const [[id, { centroids }]] = clustered.assignments;
        const moved = withCentroids(
          clustered,
          id,
          centroids.map((it) => it + 0.01),
        );
        const isZero = (value: number) => value === 0;
        expect(weightsOf(applyCentroids(moved)).map(isZero)).toEqual(after.map(isZero));
      }
  });
});

describe("clusterMeans", () => {
  it("of the weights themselves are the centroids, where these are the best", () => {
    const graph = floats(10, 30);
    for (const symmetric of [false, true])
      for (const perChannel of [false, true]) {
        const { assignments } = clusteredBy(graph, { bits: 3, symmetric, perChannel });
        const [assignment] = assignments.values();
        const means = clusterMeans(assignment, weightsOf(graph));
        expect(means.length).toBe(assignment.centroids.length);
        means.forEach((mean, i) => {
          expect(mean).toBeCloseTo(assignment.centroids[i], 9);
        });
      }
  });

  it("of gradients count those of −m the other way", () => {
    const [assignment] = clusteredBy(floats(1, 6, [2, -2, 0, 5, -5, 5]), {
      bits: 2,
      symmetric: true,
    }).assignments.values();
    // One magnitude, for 5; 2 is nearer to 0 than to it.
    expect([...assignment.centroids]).toEqual([5]);
    expect([...assignment.signs]).toEqual([0, 0, 0, 1, -1, 1]);
    expect([...clusterMeans(assignment, [9, 9, 9, 1, -4, 4])]).toEqual([3]);
  });

  it("moved integers are rounded and stay in their type", () => {
    const clustered = clusteredBy(integers([10, -10, 100, -100, 100, -11], perTensor(1, 0)), {
      bits: 2,
      preserveSparsity: false,
    });
    const [[id, { centroids }]] = clustered.assignments;
    const to = (factor: number) =>
      weightsOf(
        applyCentroids(
          withCentroids(
            clustered,
            id,
            centroids.map((it) => factor * it),
          ),
        ),
      );
    expect(to(1.02)).toEqual([10, -10, 102, -102, 102, -10]);
    expect(to(2)).toEqual([20, -20, 127, -127, 127, -20]);
  });
});

describe("refuses", () => {
  const graph = floats(4, 8);

  it.each([1, 9, 0, -2, 2.5, Number.NaN])("%d bits", (bits) => {
    expect(codes(() => clusteredBy(graph, { bits }))).toEqual(["cluster-bits"]);
  });

  it("more values than weights", () => {
    expect(codes(() => clusteredBy(graph, { bits: 5 }))).toEqual([]);
    expect(codes(() => clusteredBy(graph, { bits: 6 }))).toEqual(["cluster-too-many"]);
    expect(codes(() => clusteredBy(graph, { bits: 3, perChannel: true }))).toEqual([]);
    expect(codes(() => clusteredBy(graph, { bits: 4, perChannel: true }))).toEqual(["cluster-too-many"]);
  });

  it("weights that are all zero, layers without any, and unknown ones", () => {
    const zeros = floats(4, 8, new Array(32).fill(0));
    expect(codes(() => clusteredBy(zeros, { bits: 2 }))).toEqual(["cluster-all-zero"]);
    const build = new FloatGraph();
    const relu = build.graph([build.op("RELU", {}, build.input([1, 8]))]);
    expect(codes(() => clusteredBy(relu, { bits: 2 }))).toEqual(["layer-without-weights"]);
    expect(codes(() => clusterWeights(unclustered(graph), "x", { bits: 2 }))).toEqual(["layer-unknown"]);
  });
});
