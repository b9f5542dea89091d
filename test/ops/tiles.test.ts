/** Layers that are cut into several steps give the same bits as in one. */
import { expect, test } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { type Plan, plan } from "../../codegen/plan/plan.js";
import { perTensor, singleOpGraph, type TensorSpec } from "../support/graph-builder.js";

const int8 = (shape: readonly number[], scale = 0.1, zeroPoint = -7): TensorSpec => ({
  shape,
  dtype: "int8",
  quantization: perTensor(scale, zeroPoint),
});

const float32 = (shape: readonly number[]): TensorSpec => ({ shape, dtype: "float32" });

/** A tensor of constants: a sequence that repeats nothing soon. */
const constant = (tensor: TensorSpec): TensorSpec => ({
  ...tensor,
  values: sequence(tensor.shape.reduce((product, size) => product * size, 1)),
});

function sequence(length: number): number[] {
  return Array.from({ length }, (_, i) => ((i * 97 + (i >> 6) * 31) & 255) - 128);
}

const activation = "NONE";
const window = { padding: "SAME", strideHeight: 2, strideWidth: 1, activation } as const;
const wide = [3, 1, 70, 100];

const GRAPHS: readonly Graph[] = [
  singleOpGraph("ADD", { activation }, [int8(wide), int8([5, 1, 100], 0.2)], [int8([3, 5, 70, 100])]),
  singleOpGraph("SUB", { activation }, [int8([9000]), int8([9000], 0.2)], [int8([9000])]),
  singleOpGraph("MUL", { activation }, [constant(int8([1])), int8([7, 5000])], [int8([7, 5000])]),
  singleOpGraph("MAXIMUM", {}, [int8([90, 1, 13]), int8([90, 31, 1])], [int8([90, 31, 13])]),
  singleOpGraph("MINIMUM", {}, [int8([90, 31, 13]), constant(int8([13]))], [int8([90, 31, 13])]),
  singleOpGraph("RELU", {}, [int8([3, 7001])], [int8([3, 7001], 0.05)]),
  singleOpGraph("SOFTMAX", { beta: 1 }, [int8([401, 9])], [int8([401, 9], 1 / 256, -128)]),
  singleOpGraph("QUANTIZE", {}, [float32([6001])], [int8([6001], 1.3)]),
  singleOpGraph("DEQUANTIZE", {}, [int8([9001])], [float32([9001])]),
  singleOpGraph(
    "MEAN",
    { keepDims: false },
    [int8([3, 40, 7, 50]), { shape: [2], dtype: "int32", values: [1, -2] }],
    [int8([3, 50], 0.01)],
  ),
  singleOpGraph(
    "AVERAGE_POOL_2D",
    { ...window, filterHeight: 3, filterWidth: 5 },
    [int8([2, 31, 20, 6])],
    [int8([2, 16, 20, 6])],
  ),
  singleOpGraph(
    "DEPTHWISE_CONV_2D",
    { ...window, dilationHeight: 2, dilationWidth: 1, depthMultiplier: 2 },
    [int8([2, 31, 20, 6]), constant(int8([1, 3, 5, 12], 0.01, 0))],
    [int8([2, 16, 20, 12], 5)],
  ),
];

/** The same plan with every layer in one step. */
function uncut(planned: Plan): Plan {
  return {
    ...planned,
    layers: planned.layers.map((layer) => ({
      ...layer,
      tiles: 1,
      parameters: Object.fromEntries(
        Object.entries(layer.parameters).map(([name, value]) =>
          name.endsWith("PerTile") ? [name, 2 ** 30] : [name, value],
        ),
      ),
    })),
  };
}

function run(planned: Plan): number[] {
  const network = instantiate(planned);
  for (const { data } of network.inputs) data.set(sequence(data.length));
  return Array.from(network.run());
}

test.each(GRAPHS.map((graph) => [graph.ops[0].kind, graph] as const))("%s", (_, graph) => {
  requireValid(graph);
  const planned = plan(graph);
  expect(planned.layers[0].tiles).toBeGreaterThan(2);
  const whole = run(uncut(planned));
  expect(new Set(whole).size).toBeGreaterThan(8);
  expect(run(planned)).toEqual(whole);
});
