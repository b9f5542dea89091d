/** RELU, RELU6 and LEAKY_RELU in planes against the reference: every value that the input takes, each in a lane. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { evaluateKernel } from "../../codegen/kernels/generated.js";
import { fitFunction } from "../../codegen/kernels/planes/elementwise-function.js";
import { writeFunction } from "../../codegen/kernels/planes/elementwise-stages.js";
import { positions } from "../../codegen/kernels/planes/geometry.js";
import { Program } from "../../codegen/kernels/planes/program.js";
import { Node } from "../../codegen/ops/node.js";
import { leakyRelu, relu, relu6 } from "../reference/activation.js";
import { real, zeroPoint } from "../support/arbitraries.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";

const scale = real(-8, 0).map((exponent) => Math.fround(2 ** exponent));
const cases = fc.record({
  kind: fc.constantFrom("RELU" as const, "RELU6" as const, "LEAKY_RELU" as const),
  alpha: fc.oneof(fc.constantFrom(0, 0.01, 0.1, 0.2, 0.3, 1), real(-0.1, 2)).map(Math.fround),
  input: fc.record({ scale, zeroPoint }),
  output: fc.record({ ratio: real(-3, 3), zeroPoint }),
  least: fc.oneof(fc.constant(-128), fc.integer({ min: -128, max: 127 })),
  bits: fc.integer({ min: 18, max: 26 }),
});

it("RELU, RELU6 and LEAKY_RELU, 3,000 cases: nearly all fit, all values exact", () => {
  let fits = 0;
  const property = fc.property(cases, ({ kind, alpha, input, output: { ratio, zeroPoint }, least, bits }) => {
    const output = { scale: Math.fround(input.scale * 2 ** ratio), zeroPoint };
    const spec = (it: { scale: number; zeroPoint: number }) => ({
      shape: [1],
      dtype: "int8" as const,
      quantization: perTensor(it.scale, it.zeroPoint),
    });
    const graph = singleOpGraph(kind, kind === "LEAKY_RELU" ? { alpha } : {}, [spec(input)], [spec(output)]);
    const most = 127 - least;
    const found = fitFunction(new Node(graph, graph.ops[0]), { least, most }, bits);
    if (!found) return;
    fits++;
    const geometry = { rows: 2, columns: 128, stride: 130, bits, transposed: false, element: 8 as const };
    const lanes = positions(geometry);
    const values = lanes.map((_, i) => i % (most + 1));
    const plane = (of: readonly number[]) =>
      lanes.reduce((sum, lane, i) => sum | (BigInt(of[i]) << BigInt(bits * lane)), 0n);
    const program = new Program();
    const statements: string[] = [];
    const x = { text: "x", bits: 258 * bits };
    const sum = writeFunction(program, { geometry, scaling: found.scaling }, x, statements);
    const text = `${program.declarations()}
export function kernel(planes) { let w, x = planes[0], y; ${statements.join(" ")} planes[1] = ${sum.text}; }`;
    const planes = [plane(values)];
    (evaluateKernel({ imports: new Map(), text }) as unknown as (planes: bigint[]) => void)(planes);
    const tensor = {
      shape: [256],
      values: values.map((v) => v + least),
      scales: [input.scale],
      zeroPoint: input.zeroPoint,
    };
    const expected =
      kind === "RELU"
        ? relu(tensor, output)
        : kind === "RELU6"
          ? relu6(tensor)
          : leakyRelu({ alpha }, tensor, output);
    expect(planes[1]).toBe(plane(expected.values.map((q) => q - found.least)));
    expect(Math.max(...expected.values)).toBe(found.least + found.most);
  });
  fc.assert(property, { numRuns: 3000 });
  expect(fits).toBeGreaterThan(0.9 * 3000);
});
