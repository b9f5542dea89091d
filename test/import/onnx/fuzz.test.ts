/** Damaged at random, a file gives a graph or a refusal: no other exception, and nothing that takes long. */
import { describe, expect, it } from "vitest";
import { print } from "../../../codegen/graph/print.js";
import { validate } from "../../../codegen/graph/validate.js";
import { importOnnx } from "../../../codegen/import/onnx/import-onnx.js";
import { format } from "../../../codegen/problems/format.js";
import { problemsOf } from "../../support/problems.js";
import { i, ints, longs, node, onnxFile, t, tensor } from "./onnx-model.js";
import { quantized } from "./qdq.js";

const LIMIT_MS = 2000;
const ROUNDS = 1500;

const network = {
  opset: 13,
  inputs: { x: [1, 3, 8, 6] },
  outputs: ["y"],
  nodes: [
    node("Conv", ["x", "w", "b"], "c", { pads: ints(1, 1, 1, 1), strides: ints(2, 2) }),
    node("Relu", ["c"], "r"),
    node("MaxPool", ["r"], "p", { kernel_shape: ints(2, 2) }),
    node("Shape", ["p"], "s"),
    node("Constant", [], "zero", { value: t(tensor("", [], [0], "int64")) }),
    node("Gather", ["s", "zero"], "n", { axis: i(0) }),
    node("Unsqueeze", ["n", "axes"], "u"),
    node("Concat", ["u", "minus"], "shape", { axis: i(0) }),
    node("Reshape", ["p", "shape"], "f"),
    node("Gemm", ["f", "m"], "g", { transB: i(1) }),
    node("Softmax", ["g"], "y"),
  ],
  initializers: [
    tensor("w", [4, 3, 3, 3], new Float32Array(108).fill(0.1)),
    tensor("b", [4], [1, 2, 3, 4]),
    tensor("m", [5, 24], new Float32Array(120).fill(0.2)),
    longs("axes", 0),
    longs("minus", -1),
  ],
};

const { spec } = await quantized(
  {
    ...network,
    nodes: [...network.nodes.slice(0, 3), node("Flatten", ["p"], "f"), ...network.nodes.slice(9)],
  },
  { activations: "uint8", perChannel: true },
);

const files: [string, Uint8Array][] = [
  ["float32", onnxFile(network)],
  ["quantized", onnxFile(spec)],
];

/** Mulberry32: uniform below `limit`, the same for the same seed. */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) % limit;
  };
}

/** Whether a file is taken; that every problem has words is checked on the way. */
function survives(bytes: Uint8Array): boolean {
  const start = performance.now();
  const problems = problemsOf(() => {
    const graph = importOnnx(bytes, "fuzz");
    print(graph);
    validate(graph);
    return [];
  });
  expect(performance.now() - start).toBeLessThan(LIMIT_MS);
  for (const problem of problems) format(problem);
  return problems.length === 0;
}

describe.each(files)("%s", (_, file) => {
  it("is taken undamaged", () => {
    expect(survives(file)).toBe(true);
  });

  it("truncated", () => {
    for (let length = 0; length < file.length; length++) survives(file.slice(0, length));
  });

  it("with one to eight bits flipped", () => {
    const next = random(2);
    let refused = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = file.slice();
      for (let flips = next(8); flips >= 0; flips--) bytes[next(bytes.length)] ^= 1 << next(8);
      if (!survives(bytes)) refused++;
    }
    expect(refused).toBeGreaterThan(ROUNDS / 20);
  });

  it("with bytes that protocol buffers begin things with", () => {
    const next = random(3);
    const interesting = [0, 1, 0x08, 0x0a, 0x0b, 0x0c, 0x12, 0x2a, 0x3a, 0x7f, 0x80, 0xff];
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = file.slice();
      for (let count = next(4); count >= 0; count--)
        bytes[next(bytes.length)] = interesting[next(interesting.length)];
      survives(bytes);
    }
  });

  it("with parts left out and repeated", () => {
    const next = random(4);
    for (let round = 0; round < ROUNDS / 2; round++) {
      const [from, to] = [next(file.length), next(file.length)].sort((a, b) => a - b);
      survives(Uint8Array.of(...file.slice(0, from), ...file.slice(to)));
      survives(Uint8Array.of(...file.slice(0, to), ...file.slice(from)));
    }
  });
});
