/** ONNX Runtime as the reference: its results, in the order of elements that the graph has. */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { expect } from "vitest";
import { FloatModel } from "../../../codegen/float/execute.js";
import { elements, type Graph } from "../../../codegen/graph/graph.js";
import { importOnnx } from "../../../codegen/import/onnx/import-onnx.js";
import { runFloatPasses } from "../../../codegen/passes/float/index.js";
import { type ModelSpec, onnxFile } from "./onnx-model.js";

/** Largest difference, relative to the largest value. */
const TOLERANCE = 1e-4;

export interface Result {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
  /** float32 where not said. */
  readonly type?: "float32" | "int8" | "uint8" | "int32";
}

const ARRAYS = { float32: Float32Array, int8: Int8Array, uint8: Uint8Array, int32: Int32Array } as const;

export type Results = Readonly<Record<string, Result>>;

/** A model in ONNX Runtime, without its own optimizations. */
export async function openOnnx(file: Uint8Array): Promise<(inputs: Results) => Promise<Results>> {
  const session = await InferenceSession.create(file, {
    graphOptimizationLevel: "disabled",
    intraOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  return async (inputs) => {
    const feeds = Object.entries(inputs).map(([name, { dims, data, type = "float32" }]) => [
      name,
      new Tensor(type, ARRAYS[type].from(data) as Float32Array, dims),
    ]);
    return (await session.run(Object.fromEntries(feeds))) as unknown as Results;
  };
}

/** The outputs that ONNX Runtime computes. */
export async function runOnnx(file: Uint8Array, inputs: Results): Promise<Results> {
  return (await openOnnx(file))(inputs);
}

/** Values between −range and range, the same each time. */
export function values(count: number, range = 2, seed = 1): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state / 2 ** 31) * range;
  });
}

/** A value channels last, where the graph's tensor has it so; else as it is. */
export function inShape({ dims, data }: Result, shape: readonly number[]): number[] {
  const given = Array.from(data);
  const last = [dims[0], ...dims.slice(2), dims[1]];
  const spatial = elements(dims.slice(2));
  if (dims.length > 2 && dims[1] > 1 && spatial > 1) expect(last).not.toEqual(dims); // the test could not tell them apart
  if (dims.length < 3 || `${dims}` === `${shape}`) {
    expect(shape).toEqual([...dims]);
    return given;
  }
  expect(shape).toEqual(last);
  const [batches, channels] = dims;
  return Array.from({ length: given.length }, (_, to) => {
    const channel = to % channels;
    const pixel = Math.floor(to / channels) % spatial;
    const batch = Math.floor(to / (channels * spatial));
    return given[((batch * channels + channel) % (batches * channels)) * spatial + pixel];
  });
}

/** Imports a model and holds every output against ONNX Runtime's. The graph, for what else a test has to say of it. */
export async function expectSame(spec: ModelSpec, range = 2): Promise<Graph> {
  const file = onnxFile(spec);
  const imported = importOnnx(file, "test");
  const feeds = Object.fromEntries(
    Object.entries(spec.inputs).map(([name, given], i) => {
      const dims = given.map((size) => (typeof size === "number" ? size : 1));
      return [name, { dims, data: values(elements(dims), range, i + 1) }];
    }),
  );
  const expected = await runOnnx(file, feeds);
  for (const graph of [imported, runFloatPasses(imported)]) {
    const inputs = Object.values(feeds).map((feed, i) =>
      Float32Array.from(inShape(feed, graph.tensors[graph.inputs[i]].shape)),
    );
    const found = new FloatModel(graph).run(inputs);
    spec.outputs.forEach((name, i) => {
      const id = graph.outputs[i];
      const want = inShape(expected[name], graph.tensors[id].shape);
      const got = found.get(id) ?? inputs[graph.inputs.indexOf(id)];
      const largest = Math.max(1e-3, ...want.map(Math.abs));
      want.forEach((value, at) => {
        if (!(Math.abs(value - got[at]) <= TOLERANCE * largest))
          expect.fail(`${name}[${at}] is ${got[at]}, and ONNX Runtime has ${value}`);
      });
    });
  }
  return imported;
}

/** How often a graph transposes. */
export function transpositions({ ops }: Graph): number {
  return ops.filter(({ kind }) => kind === "TRANSPOSE").length;
}
