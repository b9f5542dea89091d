import { expect, it } from "vitest";
import { equalize } from "../../../codegen/compress/quantize/equalize.js";
import { FloatModel } from "../../../codegen/float/execute.js";
import { elementsOf } from "../../../codegen/graph/elements.js";
import { FloatGraph } from "../../support/float-graph.js";

const LAYER = { keepDims: false } as const;

/** Two dense layers, whose channels differ in range by orders of magnitude. */
function layers(activation: "RELU" | "RELU6") {
  const build = new FloatGraph(3);
  const input = build.input([1, 4]);
  const first = build.random(6 * 4).map((w, i) => w * 10 ** (Math.floor(i / 4) - 3));
  const hidden = build.op(
    "FULLY_CONNECTED",
    { ...LAYER, activation },
    input,
    build.constant([6, 4], first),
    build.constant([6]),
  );
  const output = build.op(
    "FULLY_CONNECTED",
    { ...LAYER, activation: "NONE" },
    hidden,
    build.constant([3, 6]),
    build.constant([3]),
  );
  return { build, graph: build.graph([output]) };
}

it("the ranges of both layers' weights become equal in every channel, and outputs stay as they are", () => {
  const { build, graph } = layers("RELU");
  const equalized = equalize(graph);
  const [first, second] = equalized.ops.map(
    ({ inputs }) => elementsOf("float32", equalized.tensors[inputs[1]!].data!) as Float32Array,
  );
  for (let channel = 0; channel < 6; channel++) {
    const before = Math.max(...first.subarray(channel * 4, channel * 4 + 4).map(Math.abs));
    const after = Math.max(...[0, 1, 2].map((row) => Math.abs(second[row * 6 + channel])));
    expect(before / after).toBeCloseTo(1, 4);
  }
  for (let i = 0; i < 20; i++) {
    const input = [build.random(4)];
    const [wanted, found] = [graph, equalized].map(
      (each) => new FloatModel(each).run(input).get(each.outputs[0])!,
    );
    wanted.forEach((value, k) => {
      expect(found[k]).toBeCloseTo(value, 4);
    });
  }
});

it("nothing changes where an activation has a bound of its own", () => {
  const { graph } = layers("RELU6");
  expect(equalize(graph)).toEqual(graph);
});
