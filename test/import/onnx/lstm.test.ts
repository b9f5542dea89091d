import { describe, expect, it } from "vitest";
import { i, ints, longs, node, tensor } from "./onnx-model.js";
import { expectSame, transpositions, values } from "./onnxruntime.js";

const [TIMES, DEPTH, CELLS] = [6, 5, 4];

const parameters = (bias: boolean) => [
  tensor("w", [1, 4 * CELLS, DEPTH], values(4 * CELLS * DEPTH, 1, 3)),
  tensor("r", [1, 4 * CELLS, CELLS], values(4 * CELLS * CELLS, 1, 4)),
  ...(bias ? [tensor("b", [1, 8 * CELLS], values(8 * CELLS, 1, 5))] : []),
];

describe("LSTM", () => {
  it.each([true, false])("all outputs, bias: %s", async (bias) => {
    const graph = await expectSame({
      opset: 14,
      inputs: { x: [TIMES, 2, DEPTH] },
      outputs: ["y", "h"],
      nodes: [node("LSTM", ["x", "w", "r", ...(bias ? ["b"] : [])], ["y", "h"], { hidden_size: i(CELLS) })],
      initializers: parameters(bias),
    });
    expect(graph.variables.map(({ shape }) => shape)).toEqual([
      [2, CELLS],
      [2, CELLS],
    ]);
  });

  it("as PyTorch exports batch_first, with a dense layer on the last step", async () => {
    const graph = await expectSame({
      opset: 13,
      inputs: { x: ["N", TIMES, DEPTH] },
      outputs: ["z"],
      nodes: [
        node("Transpose", ["x"], "t", { perm: ints(1, 0, 2) }),
        node("LSTM", ["t", "w", "r", "b", "", "zeros", "zeros"], ["y"], { hidden_size: i(CELLS) }),
        node("Squeeze", ["y", "one"], "s"),
        node("Transpose", ["s"], "u", { perm: ints(1, 0, 2) }),
        node("Gather", ["u", "last"], "g", { axis: i(1) }),
        node("Gemm", ["g", "m"], "z", { transB: i(1) }),
      ],
      initializers: [
        ...parameters(true),
        tensor("zeros", [1, 1, CELLS], new Float32Array(CELLS)),
        longs("one", 1),
        tensor("last", [], [-1], "int64"),
        tensor("m", [3, CELLS], values(3 * CELLS, 1, 6)),
      ],
    });
    expect(transpositions(graph)).toBe(0);
  });
});
