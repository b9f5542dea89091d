/** When weights are stored as a codebook: where flash counts, and what is saved is more than what it takes. */
import { describe, expect, it } from "vitest";
import { applyCentroids, unclustered } from "../../codegen/compress/cluster/assignment.js";
import { clusterWeights } from "../../codegen/compress/cluster/cluster.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { plan } from "../../codegen/plan/plan.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";

/** A dense layer whose weights have every value. */
function dense(outputs: number, inputs: number): Graph {
  const values = Array.from({ length: outputs * inputs }, (_, i) => ((i * 97) % 255) - 127);
  return singleOpGraph(
    "FULLY_CONNECTED",
    { activation: "NONE", keepDims: false },
    [
      { shape: [1, inputs], dtype: "int8", quantization: perTensor(0.1, -3) },
      { shape: [outputs, inputs], dtype: "int8", quantization: perTensor(0.001, 0), values },
      null,
    ],
    [{ shape: [1, outputs], dtype: "int8", quantization: perTensor(0.2, 4) }],
  );
}

const clustered = (graph: Graph, bits: number) =>
  applyCentroids(clusterWeights(unclustered(graph), 0, { bits }));
const formOf = (...given: Parameters<typeof plan>) => plan(...given).layers[0].form;

describe("a codebook", () => {
  const large = clustered(dense(100, 300), 4);

  it("is chosen for size where weights have few values, and halves what they take", () => {
    const size = plan(large, { optimize: "size" });
    expect(size.layers[0].form).toBe("codebook");
    const bytes = plan(large, { optimize: "size", forms: [] });
    expect(bytes.layers[0].form).toBe("rolled");
    expect(bytes.weights.length - size.weights.length).toBe(30_000 - 100 * 4 * Math.ceil(300 / 8) - 16);
    expect(size.layers[0].instead?.form).toBe("rolled");
    expect(formOf(dense(100, 300), { optimize: "size" })).toBe("rolled");
    expect(formOf(clustered(dense(100, 300), 7), { optimize: "size" })).toBe("rolled");
  });

  it("is not where instructions or memory are to be few, unless there is no room for more", () => {
    expect(formOf(large)).toBe("columns");
    expect(formOf(large, { optimize: "ram", forms: ["codebook"] })).toBe("rolled");
    expect(formOf(large, { forms: ["codebook"] })).toBe("rolled");
    const { flashBytes } = plan(large, { forms: [] });
    expect(formOf(large, { flashBytes: flashBytes - 5_000 })).toBe("codebook");
  });

  it("is not where weights are to be replaced: others may have more values", () => {
    expect(formOf(large, { optimize: "size", updatable: "all" })).toBe("rolled");
    expect(formOf(large, { optimize: "size", updatable: ["output0"] })).toBe("rolled");
  });

  it("is not where the kernel takes more than it saves in all", () => {
    // Beside a layer that has to have the rolled kernel in any case.
    const [small, other] = [clustered(dense(40, 60), 4), dense(40, 60)];
    const both = twice(small, other);
    expect(plan(both, { optimize: "size", forms: ["codebook"] }).layers.map(({ form }) => form)).toEqual([
      "rolled",
      "rolled",
    ]);
    // Alone it takes the place of that kernel.
    expect(formOf(small, { optimize: "size", forms: ["codebook"] })).toBe("codebook");
  });
});

/** Two graphs of one operator beside each other. */
function twice(a: Graph, b: Graph): Graph {
  const moved = (ids: readonly (number | null)[]) =>
    ids.map((id) => (id === null ? null : id + a.tensors.length));
  const [op] = b.ops;
  const second = { ...op, name: "second", inputs: moved(op.inputs), outputs: moved(op.outputs) } as typeof op;
  return {
    ...a,
    tensors: [...a.tensors, ...b.tensors],
    ops: [...a.ops, second],
    inputs: [...a.inputs, ...(moved(b.inputs) as number[])],
    outputs: [...a.outputs, ...(moved(b.outputs) as number[])],
  };
}
