/** Formats that TFLM does not have and its SOFTMAX of int16, under XS on Linux and on RV32: dozens of random operators in one model. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import type { Graph, Tensor } from "../../codegen/graph/graph.js";
import type { Op, OpKind } from "../../codegen/graph/op.js";
import { requireValid, validate } from "../../codegen/graph/validate.js";
import { plan } from "../../codegen/plan/plan.js";
import * as float8 from "../support/float8-arbitraries.js";
import { fedValues, float8Graph, outputCodes } from "../support/float8-check.js";
import { encode, singleOpGraph } from "../support/graph-builder.js";
import { softmaxes } from "../support/int16-softmax.js";
import { conv2ds, denses, depthwiseConv2ds, transposeConvs } from "../support/int16-sums.js";
import type { Experiment } from "../support/operator-check.js";

const sources = await runtimeSources();
const machine = { chunkBytes: 2 ** 20, slots: 16384, stackSlots: 1024 };

/** Graphs of one operator each as one graph. */
function joined(graphs: readonly Graph[]): Graph {
  const tensors: Tensor[] = [];
  const parts = graphs.map((graph, i) => {
    const first = tensors.length;
    tensors.push(...graph.tensors.map((tensor) => ({ ...tensor, name: `${i}/${tensor.name}` })));
    const shifted = (ids: readonly (number | null)[]) =>
      ids.map((id) => (id === null ? null : id + first)) as number[];
    return {
      ops: graph.ops.map((op) => ({
        ...op,
        name: `${i}/${op.name}`,
        inputs: shifted(op.inputs),
        outputs: shifted(op.outputs),
      })) as Op[],
      inputs: shifted(graph.inputs),
      outputs: shifted(graph.outputs),
    };
  });
  return {
    name: "joined",
    tensors,
    ops: parts.flatMap(({ ops }) => ops),
    inputs: parts.flatMap(({ inputs }) => inputs),
    outputs: parts.flatMap(({ outputs }) => outputs),
    variables: [],
  };
}

/** One graph of operators on int16, its input and the elements that the reference gives. */
function wide(experiments: readonly Experiment<OpKind>[]) {
  const fed = experiments.flatMap(({ inputs }) =>
    inputs.filter((input) => input !== null && !input.constant).map((input) => input!.values),
  );
  return {
    graph: joined(experiments.map(graphOf)),
    input: encode(fed.flat(), "int16"),
    expected: experiments.flatMap(({ outputs }) => outputs[0].result.values),
  };
}

/** Random experiments that the compiler does not refuse. */
function valid<K extends OpKind>(arbitrary: fc.Arbitrary<Experiment<K>>): Experiment<OpKind>[] {
  const all = fc.sample(fc.noBias(arbitrary), { seed: 12, numRuns: 60 }) as Experiment<OpKind>[];
  return all.filter((experiment) => validate(graphOf(experiment)).length === 0);
}

const int16Weights = [conv2ds, depthwiseConv2ds, denses, transposeConvs].flatMap((arbitrary) =>
  valid(arbitrary as fc.Arbitrary<Experiment<OpKind>>)
    .filter(({ inputs }) => inputs[1]?.dtype === "int16")
    .slice(0, 12),
);

function graphOf({ kind, attributes, inputs, outputs }: Experiment<OpKind>): Graph {
  return singleOpGraph(
    kind,
    attributes,
    inputs.map((input) => input && (input.constant ? input : { ...input, values: undefined })),
    outputs.map(({ dtype, quantization, result }) => ({ dtype, quantization, shape: result.shape })),
  );
}

describe.each([
  ["int16 weights", int16Weights],
  ["SOFTMAX of int16", valid(softmaxes).slice(0, 48)],
])("%s", (_, experiments) => {
  it.each([xsEngine, rv32Engine])("on $name: 48 operators give the reference's elements", async (engine) => {
    expect(experiments.length).toBe(48);
    const { graph, input, expected } = wide(experiments);
    requireValid(graph);
    const artifact = emit(plan(graph), "model", sources);
    const { vectors } = await engine.run({ artifact, module: "model", vectors: [[input]], machine });
    const bytes = Uint8Array.from(Buffer.concat(vectors[0].outputs));
    expect([...new Int16Array(bytes.buffer)]).toEqual(expected);
  });
});

const experiments = [float8.conv2ds, float8.depthwiseConv2ds, float8.denses, float8.rescales].flatMap(
  (cases) => fc.sample(fc.noBias(cases), { seed: 11, numRuns: 12 }),
);

it.each([xsEngine, rv32Engine])(
  "8-bit floats on $name: 48 operators give the reference's elements",
  async (engine) => {
    const graph = float8Graph(experiments);
    requireValid(graph);
    const input = experiments.flatMap(({ inputs }) =>
      inputs.map((tensor) => encode(fedValues(tensor), tensor.format === "int8" ? "int8" : "float32")),
    );
    const { vectors } = await engine.run({
      artifact: emit(plan(graph), "model", sources),
      module: "model",
      vectors: [[Uint8Array.from(Buffer.concat(input))]],
      machine,
    });
    const [{ outputs }] = vectors;
    const bytes = Buffer.concat(outputs);
    let at = 0;
    const found = experiments.map(({ output, result }) => {
      const isInt8 = output.format === "int8";
      const end = at + result.values.length * (isInt8 ? 1 : 4);
      const own = Uint8Array.from(bytes.subarray(at, end));
      at = end;
      return outputCodes(isInt8 ? new Int8Array(own.buffer) : new Float32Array(own.buffer), output);
    });
    expect(found).toEqual(experiments.map(({ result }) => result.values));
  },
);
