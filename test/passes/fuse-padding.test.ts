/** PAD before windows: what becomes padding of the window, in every form, and what does not. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { fusePadding } from "../../codegen/passes/fuse-padding.js";
import type { Form } from "../../codegen/plan/forms.js";
import { plan } from "../../codegen/plan/plan.js";
import { Builder, type Made, padded } from "../kernels/planes-graphs.js";
import { filling, integers, padding, size, zeroPoint } from "../support/arbitraries.js";
import { perTensor } from "../support/graph-builder.js";
import { observed } from "../support/observed.js";

const KINDS = ["CONV_2D", "DEPTHWISE_CONV_2D", "MAX_POOL_2D"] as const;

const cases = fc.record({
  kind: fc.constantFrom(...KINDS),
  height: size(9),
  width: size(9),
  depth: fc.constantFrom(1, 2, 3, 4, 16),
  channels: fc.constantFrom(1, 3, 4, 16),
  pad: fc.tuple(size(2, 0), size(2, 0), size(2, 0), size(2, 0)),
  filter: fc.tuple(size(4, 2), size(4, 2)),
  strides: fc.tuple(size(3), size(2)),
  padding,
  zeroPoint,
  fill: filling,
  form: fc.constantFrom<readonly Form[]>([], ["unrolled"], ["columns"], ["planes"]),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** What a window with stride makes of a padded input, after a pointwise convolution. */
function graphOf(it: Case, value?: number): Graph {
  const builder = new Builder();
  const input = builder.make([1, it.height, it.width, it.depth], 0.05, it.zeroPoint);
  const around = padded(builder, input, it.pad, value);
  const output = window(builder, around, it);
  const { tensors, ops } = builder;
  return { name: "pad", tensors, ops, inputs: [input.id], outputs: [output.id], variables: [] };
}

function window(builder: Builder, input: Made, it: Case): Made {
  const { kind, strides, fill } = it;
  const [, height, width, depth] = input.shape;
  const filter = [Math.min(it.filter[0], height), Math.min(it.filter[1], width)];
  const reach = it.padding === "SAME" ? [1, 1] : filter;
  const outputs = [height, width].map((size, i) => Math.ceil((size - reach[i] + 1) / strides[i]));
  const [strideHeight, strideWidth] = strides;
  const common = { strideHeight, strideWidth, padding: it.padding, activation: "NONE" as const };
  if (kind === "MAX_POOL_2D") {
    const [filterHeight, filterWidth] = filter;
    const attributes = { ...common, filterHeight, filterWidth };
    return builder.op(kind, attributes, [input.id], [1, ...outputs, depth], input);
  }
  const attributes = { ...common, dilationHeight: 1, dilationWidth: 1 };
  const weights = {
    perChannel: true,
    scale: 0.01,
    spread: 2,
    gain: 1,
    zeroPoint: 3,
    fill,
    isExtreme: false,
    bias: { fill, bits: 8 },
  };
  return kind === "CONV_2D"
    ? builder.weighted(
        kind,
        attributes,
        input,
        [it.channels, ...filter, depth],
        0,
        [1, ...outputs, it.channels],
        weights,
      )
    : builder.weighted(
        kind,
        { ...attributes, depthMultiplier: 1 },
        input,
        [1, ...filter, depth],
        3,
        [1, ...outputs, depth],
        weights,
      );
}

const kindsOf = ({ ops }: Graph) => ops.map(({ kind }) => kind);

it("1,000 random windows give the same over a PAD as with its padding, in all forms", () => {
  const fused = new Map<string, number>();
  const property = fc.property(cases, (it) => {
    const isPool = it.kind === "MAX_POOL_2D";
    const graph = graphOf(it, isPool ? -128 : undefined);
    requireValid(graph);
    const [output] = graph.outputs;
    const input = integers(it.fill, it.height * it.width * it.depth, it.zeroPoint);
    const expected = observed(plan(graph, { forms: [], observable: true }), input).get(output);
    const planned = plan(graph, { forms: it.form });
    expect(observed(planned, input).get(output)).toEqual(expected);
    if (planned.graph.ops.length === 1) {
      requireValid(fusePadding(graph));
      for (const key of [it.kind, planned.layers[0].form]) fused.set(key, (fused.get(key) ?? 0) + 1);
    }
  });
  fc.assert(property, { seed: 7, numRuns: 1000 });
  for (const key of [...KINDS, "rolled", "unrolled", "columns", "planes"])
    expect(fused.get(key) ?? 0, `${key} of ${JSON.stringify([...fused])}`).toBeGreaterThan(20);
});

describe("a PAD stays", () => {
  const plain: Case = {
    kind: "CONV_2D",
    height: 8,
    width: 8,
    depth: 2,
    channels: 3,
    pad: [1, 1, 1, 1],
    filter: [3, 3],
    strides: [2, 2],
    padding: "VALID",
    zeroPoint: -5,
    fill: { kind: "random", seed: 1 },
    form: [],
  };

  it("not before a convolution that alone reads it", () => {
    expect(kindsOf(fusePadding(graphOf(plain)))).toEqual(["CONV_2D"]);
  });

  it("where it is an output of the model, too", () => {
    const graph = graphOf(plain);
    const outputs = [...graph.outputs, graph.ops[0].outputs[0]];
    expect(kindsOf(fusePadding({ ...graph, outputs }))).toEqual(["PAD", "CONV_2D"]);
  });

  it("where it pads with another value than the window takes for padding", () => {
    expect(kindsOf(fusePadding(graphOf(plain, 0)))).toEqual(["PADV2", "CONV_2D"]);
    const pool: Case = { ...plain, kind: "MAX_POOL_2D" };
    expect(kindsOf(fusePadding(graphOf(pool)))).toEqual(["PAD", "MAX_POOL_2D"]);
    expect(kindsOf(fusePadding(graphOf(pool, -128)))).toEqual(["MAX_POOL_2D"]);
  });

  it("where windows lie wholly in it", () => {
    const graph = graphOf({ ...plain, pad: [3, 0, 0, 0] });
    expect(fusePadding(graph)).toBe(graph);
    const below = graphOf({ ...plain, pad: [0, 4, 0, 0] });
    expect(fusePadding(below)).toBe(below);
  });

  it("where it pads channels, or changes the quantization", () => {
    const channels = graphOf(plain);
    const [, paddings] = channels.ops[0].inputs as [number, number];
    const data = Uint8Array.from(channels.tensors[paddings].data!);
    data[28] = 1;
    const { shape } = channels.tensors[0];
    const tensors = channels.tensors.with(paddings, { ...channels.tensors[paddings], data });
    const thinner = { ...channels.tensors[0], shape: shape.with(3, 1) };
    const deeper = { ...channels, tensors: tensors.with(0, thinner) };
    requireValid(deeper);
    expect(fusePadding(deeper)).toBe(deeper);
    const other = { ...channels.tensors[0], quantization: perTensor(0.05, 7) };
    const changed = { ...channels, tensors: channels.tensors.with(0, other) };
    requireValid(changed);
    expect(fusePadding(changed)).toBe(changed);
  });

  it("in plans for tools that look at all tensors", () => {
    expect(kindsOf(plan(graphOf(plain), { observable: true }).graph)).toEqual(["PAD", "CONV_2D"]);
  });
});
