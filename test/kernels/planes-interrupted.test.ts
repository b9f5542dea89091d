/** What planes do not take lies between convolutions: those behind it bring many channels, on a board as it is said to cost. */
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { plan } from "../../codegen/plan/plan.js";
import { integers } from "../support/arbitraries.js";
import { observed } from "../support/observed.js";
import { expectPredicted } from "../support/predicted.js";
import { Builder } from "./planes-graphs.js";
import { weights } from "./small-cnn.js";

const sources = await runtimeSources();
const machine = { chunkBytes: 96 * 1024, slots: 512, stackSlots: 512 };
const attributes = { dilationHeight: 1, dilationWidth: 1, padding: "SAME", activation: "NONE" };

it.each([
  { kernel: 3, stride: 1 },
  { kernel: 1, stride: 1 },
  { kernel: 3, stride: 2 },
])("a $kernel x $kernel convolution with stride $stride behind a LOGISTIC is in planes", async (given) => {
  const { kernel, stride } = given;
  const builder = new Builder();
  const input = builder.make([1, 12, 14, 2], 0.02, -5);
  const strides = (by: number) => ({ ...attributes, strideHeight: by, strideWidth: by });
  const shape = [1, 12, 14, 12];
  let x = builder.weighted("CONV_2D", strides(1), input, [12, 3, 3, 2], 0, shape, weights(3, -4));
  x = builder.op("LOGISTIC", {}, [x.id], shape, { scale: 1 / 256, zeroPoint: -128 });
  const made = [1, 12 / stride, 14 / stride, 12];
  const filters = [12, kernel, kernel, 12];
  const output = builder.weighted("CONV_2D", strides(stride), x, filters, 0, made, weights(5, 4));
  const { tensors, ops } = builder;
  const graph = {
    name: "interrupted",
    tensors,
    ops,
    inputs: [input.id],
    outputs: [output.id],
    variables: [],
  };
  const values = integers({ kind: "random", seed: 1 }, 336, -5);
  const planned = plan(graph);
  expect(planned.layers.map(({ form }) => form)).toEqual(["planes", "rolled", "planes"]);
  const bytes = Uint8Array.from(values);
  const { vectors, counters } = await rv32Engine.run({
    artifact: emit(planned, "interrupted", sources),
    module: "interrupted",
    vectors: [[bytes]],
    machine,
  });
  const expected = observed(plan(graph, { forms: [], observable: true }), values).get(output.id)!;
  expect([...vectors[0].outputs[0]]).toEqual([...expected]);
  expectPredicted({ graph, plan: planned }, [bytes], counters, machine);
});
