/** Float models with QuantizeLinear and DequantizeLinear added, in the way of onnxruntime's quantize_static. */
import { elements, type Graph } from "../../../codegen/graph/graph.js";
import { requireValid } from "../../../codegen/graph/validate.js";
import { importOnnx } from "../../../codegen/import/onnx/import-onnx.js";
import type * as schema from "../../../codegen/import/onnx/schema.js";
import { runPasses } from "../../../codegen/passes/index.js";
import { instantiate } from "../../../codegen/plan/instantiate.js";
import { plan } from "../../../codegen/plan/plan.js";
import { i, type ModelSpec, node, onnxFile, tensor } from "./onnx-model.js";
import { inShape, type Result, runOnnx, values } from "./onnxruntime.js";

interface Parameters {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** How a model is quantized. */
export interface Style {
  readonly activations: "int8" | "uint8";
  readonly perChannel: boolean;
  /** Biases stay in float32, as quantizers leave them where they are told to. */
  readonly floatBias?: true;
  /** Model inputs are fed quantized. */
  readonly quantizedInputs?: true;
}

const LOWEST = { int8: -128, uint8: 0 } as const;

/** Operators whose outputs have the parameters of their input. */
const SAME = [
  "MaxPool",
  "Reshape",
  "Flatten",
  "Transpose",
  "Squeeze",
  "Unsqueeze",
  "Slice",
  "Dropout",
  "Identity",
];
const WEIGHTED = ["Conv", "Gemm", "MatMul", "ConvTranspose"];

function parametersOf(data: ArrayLike<number>, type: "int8" | "uint8"): Parameters {
  const least = Math.min(0, ...Array.from(data));
  const most = Math.max(0, ...Array.from(data));
  const scale = Math.fround((most - least) / 255 || 1);
  return { scale, zeroPoint: Math.round(LOWEST[type] - least / scale) };
}

function numbersOf({ rawData }: schema.TensorDraft): Float32Array {
  return new Float32Array(rawData!.slice().buffer);
}

/** Every value that nodes make, as ONNX Runtime computes them of random inputs. */
async function observe(spec: ModelSpec, feeds: Readonly<Record<string, Result>>) {
  const outputs = spec.nodes.flatMap(({ output = [] }) => output);
  return { ...feeds, ...(await runOnnx(onnxFile({ ...spec, outputs }), feeds)) };
}

/** The quantized model, and what it was calibrated with. */
export async function quantized(
  spec: ModelSpec,
  style: Style,
): Promise<{ spec: ModelSpec; feeds: Readonly<Record<string, Result>> }> {
  const type = style.activations;
  const feeds = Object.fromEntries(
    Object.entries(spec.inputs).map(([name, sizes], at) => {
      const dims = sizes.map(Number);
      return [name, { dims, data: values(elements(dims), 2, at + 1) }];
    }),
  );
  const observed = await observe(spec, feeds);
  const initializers = new Map((spec.initializers ?? []).map((given) => [given.name ?? "", given]));
  const added: schema.TensorDraft[] = [];
  const nodes: schema.NodeDraft[] = [];
  const parameters = new Map<string, Parameters>();

  const pair = (name: string, { scale, zeroPoint }: Parameters) => {
    added.push(tensor(`${name}_scale`, [], [scale]), tensor(`${name}_zero_point`, [], [zeroPoint], type));
    return [`${name}_scale`, `${name}_zero_point`];
  };

  /** A value between its quantization and dequantization; consumers take the latter. */
  const around = (name: string, from: string, to: string, given: Parameters) => {
    parameters.set(name, given);
    const arguments_ = pair(name, given);
    nodes.push(node("QuantizeLinear", [from, ...arguments_], `${name}_quantized`));
    nodes.push(node("DequantizeLinear", [`${name}_quantized`, ...arguments_], to));
  };

  const users = (name: string) => spec.nodes.filter(({ input = [] }) => input.includes(name));
  const isFused = ({ opType = "", output = [] }: schema.NodeDraft) => {
    const [next, ...others] = users(output[0]);
    const activation = next && others.length === 0 && ["Relu", "Clip"].includes(next.opType ?? "");
    return activation && [...WEIGHTED, "Add", "Mul"].includes(opType) && !spec.outputs.includes(output[0]);
  };

  const dequantized = new Map<string, string>();
  for (const name of Object.keys(spec.inputs)) {
    const given = parametersOf(observed[name].data, type);
    parameters.set(name, given);
    if (style.quantizedInputs)
      nodes.push(node("DequantizeLinear", [name, ...pair(name, given)], `${name}_dequantized`));
    else around(name, name, `${name}_dequantized`, given);
    dequantized.set(name, `${name}_dequantized`);
  }

  /** A constant operand; weights are symmetric, and have a scale for each index of `axis` where asked. */
  const constant = (given: schema.TensorDraft, weights: boolean, axis: number): string => {
    const name = given.name ?? "";
    const data = Array.from(numbersOf(given));
    const dims = given.dims ?? [];
    if (!weights) {
      const { scale, zeroPoint } = parametersOf(data, type);
      const rounded = data.map((value) => Math.round(value / scale) + zeroPoint);
      added.push(tensor(`${name}_quantized`, dims, rounded, type));
      nodes.push(
        node(
          "DequantizeLinear",
          [`${name}_quantized`, ...pair(name, { scale, zeroPoint })],
          `${name}_dequantized`,
        ),
      );
      return `${name}_dequantized`;
    }
    const inner = elements(dims.slice(axis + 1));
    const channel = (at: number) => (style.perChannel ? Math.floor(at / inner) % dims[axis] : 0);
    const largest = new Array<number>(style.perChannel ? dims[axis] : 1).fill(1e-6);
    data.forEach((value, at) => {
      largest[channel(at)] = Math.max(largest[channel(at)], Math.abs(value));
    });
    const scales = largest.map((most) => Math.fround(most / 127));
    const shape = style.perChannel ? [scales.length] : [];
    added.push(
      tensor(
        `${name}_quantized`,
        dims,
        data.map((value, at) => Math.round(value / scales[channel(at)])),
        "int8",
      ),
      tensor(`${name}_scale`, shape, scales),
      tensor(
        `${name}_zero_point`,
        shape,
        scales.map(() => 0),
        "int8",
      ),
    );
    nodes.push(
      node(
        "DequantizeLinear",
        [`${name}_quantized`, `${name}_scale`, `${name}_zero_point`],
        `${name}_dequantized`,
        style.perChannel ? { axis: i(axis) } : {},
      ),
    );
    return `${name}_dequantized`;
  };

  const bias = (given: schema.TensorDraft, inputScale: number, weights: string): string => {
    const name = given.name ?? "";
    if (style.floatBias) return name;
    const weightScales = numbersOf(added.find((other) => other.name === `${weights}_scale`)!);
    const scales = Array.from(weightScales, (scale) => Math.fround(scale * inputScale));
    const rounded = Array.from(numbersOf(given), (value, at) =>
      Math.round(value / (scales[at] ?? scales[0])),
    );
    added.push(
      tensor(`${name}_quantized`, given.dims ?? [], rounded, "int32"),
      tensor(`${name}_scale`, scales.length > 1 ? [scales.length] : [], scales),
    );
    nodes.push(
      node(
        "DequantizeLinear",
        [`${name}_quantized`, `${name}_scale`],
        `${name}_dequantized`,
        scales.length > 1 ? { axis: i(0) } : {},
      ),
    );
    return `${name}_dequantized`;
  };

  for (const source of spec.nodes) {
    const { opType = "", input = [], output = [], attribute = [] } = source;
    const weighted = WEIGHTED.includes(opType);
    const transposed = attribute.some(({ name, i: value }) => name === "transB" && value === 1);
    const axis = ["MatMul", "ConvTranspose"].includes(opType) || (opType === "Gemm" && !transposed) ? 1 : 0;
    const inputs = input.map((name, position) => {
      const given = initializers.get(name);
      if (!given) return dequantized.get(name) ?? name;
      if (weighted && position === 2) return bias(given, parameters.get(input[0])!.scale, input[1]);
      const isOperand = weighted || ["Add", "Mul", "Sub", "Concat"].includes(opType);
      return isOperand ? constant(given, weighted, axis) : name;
    });
    if (isFused(source)) {
      nodes.push({ ...source, input: inputs });
      parameters.set(output[0], parameters.get(input[0])!);
      continue;
    }
    nodes.push({ ...source, input: inputs, output: output.map((name) => `${name}_computed`) });
    for (const name of output) {
      const observations = opType === "Softmax" ? [0, 1] : observed[name].data; // the quantizer knows its range
      const given = SAME.includes(opType) ? parameters.get(input[0])! : parametersOf(observations, type);
      const isResult = spec.outputs.includes(name);
      around(name, `${name}_computed`, isResult ? name : `${name}_dequantized`, given);
      dequantized.set(name, isResult ? name : `${name}_dequantized`);
    }
  }
  const kept = [...initializers.values()];
  const inputType = style.quantizedInputs ? { inputType: type } : {};
  return { spec: { ...spec, nodes, initializers: [...added, ...kept], ...inputType }, feeds };
}

/** Inputs as a model takes them that is fed quantized values. */
function inSteps(feeds: Readonly<Record<string, Result>>, type: "int8" | "uint8") {
  const entries = Object.entries(feeds).map(([name, { dims, data }]): [string, Result] => {
    const { scale, zeroPoint } = parametersOf(data, type);
    const least = LOWEST[type];
    const steps = Array.from(data, (value) => Math.round(value / scale) + zeroPoint);
    return [name, { dims, type, data: steps.map((q) => Math.max(least, Math.min(least + 255, q))) }];
  });
  return Object.fromEntries(entries);
}

/** What a quantized model's outputs are in steps, ours and ONNX Runtime's. */
export interface Comparison {
  readonly graph: Graph;
  /** Outputs that differ, by how many steps. */
  readonly steps: readonly number[];
  readonly outputs: number;
}

/** Imports a quantized model, runs it in integers on Node, and compares with ONNX Runtime. */
export async function compare(spec: ModelSpec, style: Style): Promise<Comparison> {
  const { spec: model, feeds } = await quantized(spec, style);
  const file = onnxFile(model);
  const graph = importOnnx(file, "quantized");
  const passed = runPasses(graph);
  requireValid(passed);
  const expected = await runOnnx(file, style.quantizedInputs ? inSteps(feeds, style.activations) : feeds);
  const network = instantiate(plan(passed));
  Object.values(feeds).forEach((feed, at) => {
    const { shape, quantization } = graph.tensors[graph.inputs[at]];
    const { scales, zeroPoints } = quantization!;
    const steps = inShape(feed, shape).map((value) => Math.round(value / scales[0]) + zeroPoints[0]);
    network.inputs[at].data.set(Int8Array.from(steps, (q) => Math.max(-128, Math.min(127, q))));
  });
  network.run();
  const steps = spec.outputs.flatMap((name, at) => {
    const { shape, quantization } = graph.tensors[graph.outputs[at]];
    const { scales, zeroPoints } = quantization!;
    return inShape(expected[name], shape).map((value, index) =>
      Math.abs(Math.round(value / scales[0]) + zeroPoints[0] - Number(network.outputs[at].data[index])),
    );
  });
  return { graph, steps: steps.filter((step) => step !== 0), outputs: steps.length };
}
