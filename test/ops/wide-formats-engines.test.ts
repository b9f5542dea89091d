/** Formats that TFLM does not have, under XS on Linux and on RV32: dozens of random operators in one model. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { requireValid } from "../../codegen/graph/validate.js";
import { plan } from "../../codegen/plan/plan.js";
import { conv2ds, denses, depthwiseConv2ds, rescales } from "../support/float8-arbitraries.js";
import { fedValues, float8Graph, outputCodes } from "../support/float8-check.js";
import { encode } from "../support/graph-builder.js";

const sources = await runtimeSources();
const machine = { chunkBytes: 2 ** 20, slots: 16384, stackSlots: 1024 };

const experiments = [conv2ds, depthwiseConv2ds, denses, rescales].flatMap((cases) =>
  fc.sample(fc.noBias(cases), { seed: 11, numRuns: 12 }),
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
