import { describe, expect, it } from "vitest";
import { boardByName, type ChipBoard } from "../../boards/board.js";
import { stageBoard } from "../../boards/stage.js";
import type { Graph } from "../../codegen/graph/graph.js";
import type { Op } from "../../codegen/graph/op.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { plan } from "../../codegen/plan/plan.js";
import { parseLink } from "../../codegen/split/link.js";
import { inParts, layerFrom } from "../../codegen/split/parts.js";
import { splitModel } from "../../codegen/split/split-model.js";
import { describeGolden, goldenFile, goldenModel } from "../golden/golden.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";
import { refusalCodes } from "../support/problems.js";
import { runSplit, Stages } from "./run-stages.js";

/** A dense layer with a scale for each output. */
function dense(inputs: number, outputs: number): Graph {
  const input = { shape: [1, inputs], dtype: "int8", quantization: perTensor(0.1, -5) } as const;
  const weights = {
    shape: [outputs, inputs],
    dtype: "int8",
    quantization: {
      scales: Array.from({ length: outputs }, (_, i) => 0.01 + 0.001 * (i % 7)),
      zeroPoints: new Array(outputs).fill(0),
      axis: 0,
    },
    values: Array.from({ length: inputs * outputs }, (_, i) => ((i * 7919) % 251) - 125),
  } as const;
  const biases = {
    shape: [outputs],
    dtype: "int32",
    values: Array.from({ length: outputs }, (_, i) => 31 * i - 400),
  } as const;
  const output = { shape: [1, outputs], dtype: "int8", quantization: perTensor(2, 3) } as const;
  const attributes = { activation: "NONE", keepDims: false } as const;
  return singleOpGraph("FULLY_CONNECTED", attributes, [input, weights, biases], [output]);
}

function outputsOf(graph: Graph, inputs: Uint8Array): Buffer {
  return Buffer.from(new Stages(graph, [], { forms: [] }).run(inputs));
}

describe("a dense layer in parts", () => {
  it("has the outputs of the whole, wherever it is cut", () => {
    const graph = dense(96, 50);
    const inputs = Uint8Array.from({ length: 96 }, (_, i) => 37 * i);
    const expected = outputsOf(graph, inputs);
    expect(new Set(expected).size).toBeGreaterThan(10);
    for (const at of [[1], [49], [17, 18, 40]]) {
      const parted = inParts(graph, [{ op: 0, at }]);
      requireValid(parted);
      const positions = at.map((_, part) => part + 1);
      for (const options of [{ forms: [] }, {}])
        expect(expected.equals(new Stages(parted, positions, options).run(inputs))).toBe(true);
    }
  });

  it("runs on two boards where the flash of one has no room for it", async () => {
    const graph = dense(320, 200);
    const inputs = Uint8Array.from({ length: 320 }, (_, i) => 37 * i);
    const c3 = (await boardByName("esp32-c3")) as ChipBoard;
    const appBytes = { ...c3.flash.appBytes, value: c3.flash.firmwareBytes.value + 0.8 * 320 * 200 };
    const small = { ...c3, name: "small", flash: { ...c3.flash, appBytes } };
    const board = stageBoard(small, { optimize: "size" });
    const alone = () => splitModel(graph, [board], [], "throughput");
    expect(refusalCodes(alone)).toContain("split-too-large");
    for (const objective of ["throughput", "latency"] as const) {
      const found = splitModel(graph, [board, board], [parseLink("uart:921600")], objective);
      expect(found.stages).toHaveLength(2);
      expect(outputsOf(graph, inputs).equals(runSplit(found, inputs))).toBe(true);
    }
  });
});

/** 32 channels of 64×64 positions, of which a pool leaves a quarter. */
function wide(): Graph {
  const image = { shape: [1, 64, 64, 1], dtype: "int8", quantization: perTensor(0.1, -5) } as const;
  const filters = {
    shape: [32, 3, 3, 1],
    dtype: "int8",
    quantization: perTensor(0.02, 0),
    values: Array.from({ length: 288 }, (_, i) => ((i * 7919) % 251) - 125),
  } as const;
  const made = { shape: [1, 64, 64, 32], dtype: "int8", quantization: perTensor(0.5, 3) } as const;
  const [strideHeight, strideWidth, dilationHeight, dilationWidth] = [1, 1, 1, 1];
  const window = { padding: "SAME", strideHeight, strideWidth } as const;
  const attributes = { ...window, dilationHeight, dilationWidth, activation: "NONE" } as const;
  const graph = singleOpGraph("CONV_2D", attributes, [image, filters, null], [made]);
  const [convolution] = graph.ops;
  const pooled = graph.tensors.length;
  const pool: Op = {
    kind: "MAX_POOL_2D",
    name: "pool",
    inputs: [...convolution.outputs],
    outputs: [pooled],
    attributes: {
      ...window,
      strideHeight: 2,
      strideWidth: 2,
      filterHeight: 2,
      filterWidth: 2,
      activation: "NONE",
    },
  };
  const tensors = [...graph.tensors, { ...made, name: "pooled", shape: [1, 32, 32, 32] }];
  return { ...graph, tensors, ops: [convolution, pool], outputs: [pooled] };
}

describe("a convolution in parts", () => {
  it("fits a heap that has no room for all of its channels at once", async () => {
    const graph = wide();
    requireValid(graph);
    const inputs = Uint8Array.from({ length: 64 * 64 }, (_, i) => 37 * i);
    const c3 = (await boardByName("esp32-c3")) as ChipBoard;
    const { freeBytes, systemBytes } = c3.memory;
    const memory = { ...c3.memory, freeBytes: { ...freeBytes, value: systemBytes.value + 180_000 } };
    const small = { ...c3, name: "small", memory: { ...memory, freeWifiBytes: null } };
    const board = stageBoard(small, { forms: [] });
    const alone = () => splitModel(graph, [board], [], "throughput");
    expect(refusalCodes(alone)).toContain("split-too-large");
    const found = splitModel(graph, [board, board], [parseLink("uart:921600")], "throughput");
    for (const { planned } of found.stages) expect(planned.placement.heapBytes).toBeLessThan(180_000);
    expect(outputsOf(graph, inputs).equals(runSplit(found, inputs))).toBe(true);
  });
});

describeGolden("convolutions in parts", () => {
  const graphOf = (name: string) => runPasses(importModel(goldenFile(name), `${name}.tflite`));

  it("have the outputs of the whole, and are put side by side in planes", () => {
    const partings = [
      { op: 2, at: [24] },
      { op: 4, at: [16, 40] },
    ];
    const parted = inParts(graphOf("kws_ref_int8"), partings);
    requireValid(parted);
    const { layers } = plan(parted, { chunkBytes: 182_800 });
    const joined = layers.filter(({ ops }) => ops[ops.length - 1].kind === "CONCATENATION");
    expect(joined.map(({ form }) => form)).toEqual(["planes", "planes"]);
    const stages = new Stages(parted, [], { chunkBytes: 182_800 });
    for (const { k, steps, output } of goldenModel("kws_ref_int8", 3).vectors)
      expect(Buffer.from(output).equals(stages.run(steps[0])), `vector ${k}`).toBe(true);
  });

  it("are cut with what follows them channel by channel", () => {
    const graph = graphOf("kws_ref_int8");
    expect(layerFrom(graph, 2)).toEqual([2, 3]);
    expect(layerFrom(graph, 3)).toBeUndefined();
    expect(layerFrom(graph, 8)).toEqual([8, 9]);
  });
});
