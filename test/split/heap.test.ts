/** A model whose state alone is more than one board's heap, on two. */
import { expect, it } from "vitest";
import { boardByName, type ChipBoard } from "../../boards/board.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { stageBoard } from "../../boards/stage.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { countSplit } from "../../codegen/cli/split/counted.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { parseLink } from "../../codegen/split/link.js";
import { splitModel } from "../../codegen/split/split-model.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";
import { refusalCodes } from "../support/problems.js";
import { Stages } from "./run-stages.js";

const [UNITS, MEMORY] = [256, 400];
const HEAP_BYTES = 180_000;

const values = (length: number, step: number, range: number) =>
  Array.from({ length }, (_, i) => ((i * step) % (2 * range + 1)) - range);

/** SVDF: 256 units, each of which remembers 400 steps, 102,400 bytes. The output's scale is 4,096 times the input's. */
function streaming(scale: number): Graph {
  const int8 = (shape: readonly number[], scale: number, step: number) => ({
    ...{ shape, dtype: "int8" as const, quantization: perTensor(scale, 0) },
    values: values(shape[0] * shape[1], step, 120),
  });
  const state = values(UNITS * MEMORY, 7877, 20);
  return singleOpGraph(
    "SVDF",
    { rank: 1, activation: "RELU" },
    [
      { shape: [1, UNITS], dtype: "int8", quantization: perTensor(scale, 0) },
      int8([UNITS, UNITS], 0.25, 7919),
      int8([UNITS, MEMORY], 0.5, 7907),
      {
        shape: [UNITS],
        dtype: "int32",
        quantization: perTensor(32 * scale, 0),
        values: values(UNITS, 17, 100),
      },
      { shape: [1, UNITS * MEMORY], dtype: "int8", quantization: perTensor(64 * scale, 0), state },
    ],
    [{ shape: [1, UNITS], dtype: "int8", quantization: perTensor(4096 * scale, 0) }],
  );
}

/** One graph after another that takes what it makes. */
function chained(first: Graph, second: Graph): Graph {
  const { length } = first.tensors;
  const moved = (id: number | null) =>
    id === null ? null : second.inputs.includes(id) ? first.outputs[0] : length + id;
  const tensors = second.tensors.map(({ variable, ...tensor }) => ({
    ...{ ...tensor, name: `second ${tensor.name}` },
    ...(variable !== undefined && { variable: first.variables.length + variable }),
  }));
  const ops = second.ops.map((op) => ({
    ...{ ...op, name: "second" },
    inputs: op.inputs.map(moved),
    outputs: op.outputs.map((id) => length + id),
  }));
  return {
    ...first,
    tensors: [...first.tensors, ...tensors],
    ops: [...first.ops, ...ops],
    outputs: second.outputs.map((id) => length + id),
    variables: [...first.variables, ...second.variables],
  } as Graph;
}

it("runs on two emulated boards where the heap of one has no room for it", async () => {
  const graph = chained(streaming(1), streaming(4096));
  requireValid(graph);
  const c3 = (await boardByName("esp32-c3")) as ChipBoard;
  const { freeBytes, systemBytes } = c3.memory;
  const memory = { ...c3.memory, freeBytes: { ...freeBytes, value: systemBytes.value + HEAP_BYTES } };
  const board = stageBoard({ ...c3, name: "small", memory: { ...memory, freeWifiBytes: null } });
  expect(refusalCodes(() => splitModel(graph, [board], [], "throughput"))).toContain("split-too-large");
  const plan = splitModel(graph, [board, board], [parseLink("uart:921600")], "throughput");
  expect(plan.stages).toHaveLength(2);
  for (const { planned } of plan.stages) expect(planned.placement.heapBytes).toBeLessThan(HEAP_BYTES);
  const inputs = Uint8Array.from({ length: UNITS }, (_, i) => 37 * i);
  const expected = new Stages(graph, []).run(inputs);
  expect(new Set(expected).size).toBeGreaterThan(10);
  const found = await countSplit(rv32Engine, plan, "streaming", inputs, await runtimeSources(), new Map());
  expect(Buffer.from(expected).equals(found.outputs)).toBe(true);
});
