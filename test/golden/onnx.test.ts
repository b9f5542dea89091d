/** Golden models as QDQ ONNX: what onnxruntime computes with them, without its own optimizations, against TFLM's bytes. */
import { expect, it } from "vitest";
import { exportOnnx } from "../../codegen/export/onnx/export-onnx.js";
import { elementsOf } from "../../codegen/graph/elements.js";
import { byteLength, type Tensor } from "../../codegen/graph/graph.js";
import { importTflite } from "../../codegen/import/tflite/import-tflite.js";
import { openOnnx, type Result } from "../import/onnx/onnxruntime.js";
import { describeGolden, goldenModel } from "./golden.js";

const VECTORS = 2;

/** Of each operator with int16 activations one, and int8 networks; of resnet8, its softmax makes more than a step of one. */
const MODELS = [
  "ad01_int8",
  "emlearn_mnist_cnn_int8",
  "hello_world_int8",
  "kws_ref_int8",
  "magic_wand_int8",
  "micro_speech_int8",
  "person_detect_int8",
  "seanet_add0",
  "seanet_conv0",
  "seanet_leaky_relu0",
  "seanet_pad10",
  "seanet_strided_slice0",
  "seanet_sub0",
  "seanet_transpose_conv4",
];

describeGolden("golden models in onnxruntime", () => {
  it.each(MODELS)("%s is within a step", async (name) => {
    const { model, vectors } = goldenModel(name, VECTORS);
    const graph = importTflite(model, name);
    const run = await openOnnx(exportOnnx(graph));
    const fed = graph.inputs.map((id) => graph.tensors[id]);
    const given = graph.outputs.map((id) => graph.tensors[id]);
    const steps: number[] = [];
    for (const { steps: inputs, output } of vectors) {
      const values = elementsIn(fed, inputs[0]);
      const feeds = fed.map((tensor, i): [string, Result] => {
        const { name, shape: dims } = tensor;
        return tensor.quantization
          ? [`${name}/float`, { dims, data: values[i].map((q) => real(tensor, q)) }]
          : [name, { dims, data: values[i], type: "int32" }];
      });
      const results = Object.values(await run(Object.fromEntries(feeds)));
      for (const [i, wanted] of elementsIn(given, output).entries()) {
        wanted.forEach((q, at) => {
          const step = Math.abs(quantized(given[i], results[i].data[at]) - q);
          steps[step] = (steps[step] ?? 0) + 1;
        });
      }
    }
    console.info(`${name}: ${steps[0]} outputs are equal, ${steps[1] ?? 0} one step away`);
    expect(steps.length).toBeLessThanOrEqual(2);
  });

  it.each(["hello_world_fp32", "resnet8_fp32"])("%s, in float32", async (name) => {
    const { model, vectors } = goldenModel(name, VECTORS);
    const graph = importTflite(model, name);
    const run = await openOnnx(exportOnnx(graph));
    const [fed, given] = [graph.inputs, graph.outputs].map(([id]) => graph.tensors[id]);
    for (const { steps, output } of vectors) {
      const [data] = elementsIn([fed], steps[0]);
      const [result] = Object.values(await run({ [fed.name]: { dims: fed.shape, data } }));
      const [wanted] = elementsIn([given], output);
      for (const [at, value] of wanted.entries()) expect(result.data[at]).toBeCloseTo(value, 4);
    }
  });
});

/** The elements of tensors whose bytes lie one after the other. */
function elementsIn(tensors: readonly Tensor[], bytes: Uint8Array): number[][] {
  let start = 0;
  return tensors.map((tensor) => {
    const part = Uint8Array.from(bytes.subarray(start, start + byteLength(tensor)));
    start += part.length;
    return Array.from(elementsOf(tensor.dtype, part) as ArrayLike<number>);
  });
}

function real({ quantization }: Tensor, q: number): number {
  const { scales, zeroPoints } = quantization!;
  return (q - zeroPoints[0]) * scales[0];
}

function quantized({ quantization }: Tensor, value: number): number {
  const { scales, zeroPoints } = quantization!;
  return Math.round(value / scales[0]) + zeroPoints[0];
}
