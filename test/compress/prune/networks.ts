/** Random convolutional networks with residuals and concatenations. */
import type { Activation } from "../../../codegen/arithmetic/activation.js";
import type { Graph, TensorId } from "../../../codegen/graph/graph.js";
import { FloatGraph } from "../../support/float-graph.js";

/** A network of a dozen operators or more, the same for the same seed. */
export function randomNetwork(seed: number): { build: FloatGraph; graph: Graph } {
  const build = new FloatGraph(seed);
  build.random(4);
  const below = (n: number) => Math.floor(((build.random(1)[0] + 1) / 2) * n * 0.999999);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)];
  const activation = () => pick<Activation>(["NONE", "RELU", "RELU", "RELU6"]);
  const bias = (channels: number) => (below(4) === 0 ? null : build.constant([channels]));
  const convolution = (x: TensorId, channels: number, stride = 1) => {
    const filter = pick([1, 1, 3]);
    const [, height, width, depth] = build.shape(x);
    const padding = filter <= Math.min(height, width) ? pick(["SAME", "VALID"] as const) : "SAME";
    return build.op(
      "CONV_2D",
      {
        padding: stride > 1 ? "SAME" : padding,
        strideHeight: stride,
        strideWidth: stride,
        dilationHeight: 1,
        dilationWidth: 1,
        activation: activation(),
      },
      x,
      build.constant([channels, filter, filter, depth]),
      bias(channels),
    );
  };
  const pointwise = (x: TensorId, channels: number) =>
    build.op(
      "CONV_2D",
      {
        padding: "SAME",
        strideHeight: 1,
        strideWidth: 1,
        dilationHeight: 1,
        dilationWidth: 1,
        activation: activation(),
      },
      x,
      build.constant([channels, 1, 1, build.shape(x)[3]]),
      bias(channels),
    );
  const blocks: ((x: TensorId) => TensorId)[] = [
    (x) => convolution(x, 3 + below(4), 1 + below(2)),
    (x) => {
      const depthMultiplier = 1 + below(2);
      const channels = build.shape(x)[3] * depthMultiplier;
      const window = { padding: "SAME", strideHeight: 1, strideWidth: 1 } as const;
      const attributes = {
        ...window,
        dilationHeight: 1,
        dilationWidth: 1,
        depthMultiplier,
        activation: activation(),
      };
      return build.op(
        "DEPTHWISE_CONV_2D",
        attributes,
        x,
        build.constant([1, 3, 3, channels]),
        bias(channels),
      );
    },
    (x) => build.op("ADD", { activation: activation() }, pointwise(pointwise(x, 4), build.shape(x)[3]), x),
    (x) => {
      const channels = 3 + below(4);
      return build.op("ADD", { activation: activation() }, pointwise(x, channels), pointwise(x, channels));
    },
    (x) =>
      build.op(
        "CONCATENATION",
        { axis: 3, activation: "NONE" },
        ...[pointwise(x, 2 + below(3)), pointwise(x, 3), x].slice(0, 2 + below(2)),
      ),
    (x) => build.op("MUL", { activation: "NONE" }, x, build.constant([build.shape(x)[3]])),
    (x) => build.op("PAD", {}, x, build.indexes([0, 0, 1, below(2), 0, 1, 0, 0], [4, 2])),
    (x) => build.op(pick(["LEAKY_RELU"] as const), { alpha: 0.25 }, x),
    (x) => {
      const size = Math.min(2, build.shape(x)[1], build.shape(x)[2]);
      return build.op(
        pick(["AVERAGE_POOL_2D", "MAX_POOL_2D"] as const),
        {
          padding: pick(["SAME", "VALID"] as const),
          filterHeight: size,
          filterWidth: size,
          strideHeight: size,
          strideWidth: size,
          activation: "NONE",
        },
        x,
      );
    },
  ];
  let x = build.input([1, 5 + below(3), 5 + below(3), 1 + below(2)]);
  x =
    build.shape(x)[3] === 1
      ? build.op(
          "DEPTHWISE_CONV_2D",
          {
            padding: "SAME",
            strideHeight: 1,
            strideWidth: 1,
            dilationHeight: 1,
            dilationWidth: 1,
            depthMultiplier: 4,
            activation: activation(),
          },
          x,
          build.constant([1, 3, 3, 4]),
          bias(4),
        )
      : convolution(x, 4);
  for (let i = 0; i < 5; i++) x = pick(blocks)(x);
  const [, height, width, depth] = build.shape(x);
  const flat =
    below(3) === 0
      ? build.op("MEAN", { keepDims: false }, x, build.indexes([1, 2]))
      : build.op("RESHAPE", { newShape: [1, height * width * depth] }, x);
  const dense = (from: TensorId, outputs: number) =>
    build.op(
      "FULLY_CONNECTED",
      { activation: activation(), keepDims: false },
      from,
      build.constant([outputs, build.shape(from)[1]]),
      bias(outputs),
    );
  return { build, graph: build.graph([dense(dense(flat, 5), 3)]) };
}
