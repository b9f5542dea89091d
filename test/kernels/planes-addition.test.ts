/** ADD and SUB in planes against the reference: every pair of values that a case has, each in a lane. */

import fc from "fast-check";
import { expect, it } from "vitest";
import type { Engine } from "../../boards/engine.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import type { Activated } from "../../codegen/arithmetic/activation.js";
import { span } from "../../codegen/graph/lanes.js";
import { importModel } from "../../codegen/import/import-model.js";
import { evaluateKernel } from "../../codegen/kernels/generated.js";
import { type AdditionScaling, added, fitAddition } from "../../codegen/kernels/planes/addition.js";
import { type Geometry, inLanes, positions } from "../../codegen/kernels/planes/geometry.js";
import { Program } from "../../codegen/kernels/planes/program.js";
import { Node } from "../../codegen/ops/node.js";
import { tinyArtifact } from "../boards/tiny-artifact.js";
import { describeGolden, goldenModel } from "../golden/golden.js";
import { add, sub } from "../reference/elementwise.js";
import { calculateActivationRangeQuantized } from "../reference/tensor.js";
import { activation, real, zeroPoint } from "../support/arbitraries.js";
import { perTensor, singleOpGraph } from "../support/graph-builder.js";

interface Input {
  readonly scale: number;
  readonly zeroPoint: number;
  /** Its values: `least` and as many more as `most`. */
  readonly least: number;
  readonly most: number;
}

interface Case {
  readonly kind: "ADD" | "SUB";
  readonly attributes: Activated;
  readonly first: Input;
  readonly second: Input;
  readonly output: { readonly scale: number; readonly zeroPoint: number };
  readonly bits: number;
}

const WHOLE = { least: -128, most: 255 };

function nodeOf({ kind, attributes, first, second, output }: Case): Node {
  const [a, b, sum] = [first, second, output].map(({ scale, zeroPoint }) => ({
    shape: [1],
    dtype: "int8" as const,
    quantization: perTensor(scale, zeroPoint),
  }));
  const graph = singleOpGraph(kind, attributes, [a, b], [sum]);
  return new Node(graph, graph.ops[0]);
}

/** The source of a function of two planes. */
function write(program: Program, name: string, geometry: Geometry, scaling: AdditionScaling): string {
  const bits = span(geometry) * geometry.bits;
  const statements: string[] = [];
  const sum = added(program, geometry, scaling, { text: "x", bits }, { text: "w", bits }, statements);
  return `function ${name}(x, w) { let y; ${statements.join(" ")} return ${sum.text}; }`;
}

function adder(geometry: Geometry, scaling: AdditionScaling): (a: bigint, b: bigint) => bigint {
  const program = new Program();
  const text = `${write(program, "sum", geometry, scaling)}
export function kernel(planes) { planes[2] = sum(planes[0], planes[1]); }`;
  const source = { imports: new Map(), text: `${program.declarations()}\n${text}` };
  const kernel = evaluateKernel(source) as unknown as (planes: bigint[]) => void;
  return (a, b) => {
    const planes = [a, b];
    kernel(planes);
    return planes[2];
  };
}

function plane(geometry: Geometry, values: readonly number[]): bigint {
  return positions(geometry).reduce((sum, at, i) => sum | inLanes(geometry, [at], BigInt(values[i])), 0n);
}

/** Expects every pair of some lane values to become what the reference says, if a scaling was found. */
function check(it: Case, first: readonly number[], second: readonly number[]): AdditionScaling | undefined {
  const scaling = fitAddition(nodeOf(it), it.first, it.second, it.bits);
  if (!scaling) return undefined;
  const [rows, columns] = [2, second.length];
  const geometry = {
    rows,
    columns,
    stride: columns + 1,
    bits: it.bits,
    transposed: false,
    element: 8 as const,
  };
  const run = adder(geometry, scaling);
  const { min } = calculateActivationRangeQuantized(it.attributes.activation, it.output);
  const reference = it.kind === "ADD" ? add : sub;
  const operand = ({ least, scale, zeroPoint }: Input, lanes: readonly number[]) => ({
    shape: [lanes.length],
    values: lanes.map((v) => v + least),
    scales: [scale],
    zeroPoint,
  });
  for (let i = 0; i < first.length; i += rows) {
    const pair = [first[i], first[i + 1] ?? 0];
    const a = pair.flatMap((v) => second.map(() => v));
    const b = pair.flatMap(() => second);
    const { values } = reference(it.attributes, operand(it.first, a), operand(it.second, b), it.output);
    const expected = plane(
      geometry,
      values.map((q) => q - min),
    );
    if (run(plane(geometry, a), plane(geometry, b)) !== expected)
      expect.fail(`v1 ${pair}: ${JSON.stringify(scaling)}`);
  }
  return scaling;
}

/** Values next to both ends, and some between them. */
function some({ most }: Input, seed: number): number[] {
  const between = Array.from({ length: 8 }, (_, i) => (seed * (i + 3) * 48271) % (most + 1));
  return [0, Math.min(1, most), Math.max(0, most - 1), most, ...between];
}

/** Mostly whole bytes, some cut off as activations do it. */
const values = fc.oneof(
  fc.constant(WHOLE),
  fc.tuple(fc.integer({ min: -128, max: 127 }), fc.nat(255)).map(([least, most]) => ({
    least,
    most: Math.min(most, 127 - least),
  })),
);

const input = (scale: fc.Arbitrary<number>) =>
  fc
    .record({ scale, zeroPoint, values })
    .map(({ scale, zeroPoint, values }): Input => ({ scale, zeroPoint, ...values }));

const cases = (scale: fc.Arbitrary<number>, outputScale: fc.Arbitrary<number>, bits: fc.Arbitrary<number>) =>
  fc.record({
    kind: fc.constantFrom("ADD" as const, "SUB" as const),
    attributes: fc.record({ activation }),
    first: input(scale),
    second: input(scale),
    output: fc.record({ scale: outputScale, zeroPoint }),
    bits,
    seed: fc.nat(1000),
  });

/** Runs a property, expecting at least a share of its cases to find a scaling, all of them exact. */
function checkCases(
  runs: number,
  share: number,
  cases: fc.Arbitrary<Case & { readonly seed: number }>,
): void {
  let fits = 0;
  const property = fc.property(cases, (it) => {
    if (check(it, some(it.first, it.seed), some(it.second, it.seed + 1))) fits++;
  });
  fc.assert(property, { numRuns: runs });
  expect(fits).toBeGreaterThanOrEqual(share * runs);
}

/** Scales as trained models have them: those of all three tensors within a factor of eight. */
const usual = real(0.02, 0.16).map(Math.fround);
/** Sums of these lie half-way between two outputs all the time. */
const ratios = fc.integer({ min: 1, max: 16 }).map((n) => n / 16);
const extreme = real(-8, 8).map((exponent) => Math.fround(2 ** exponent));
const width = (min: number, max: number) => fc.integer({ min, max });

it("1,000 cases of usual scales in lanes of 20 to 26 bits: hardly any does not fit", () =>
  checkCases(1000, 0.99, cases(usual, usual, width(20, 26))));

it("400 cases in narrow lanes", () => checkCases(400, 0.85, cases(usual, usual, width(16, 19))));

it("400 cases of scales with small ratios: most fit", () =>
  checkCases(400, 0.7, cases(ratios, ratios, width(18, 24))));

it("400 cases of extreme scales: most fit", () =>
  checkCases(400, 0.7, cases(extreme, extreme, width(20, 26))));

const whole = (scale: number, zeroPoint: number): Input => ({ scale, zeroPoint, ...WHOLE });
const case21 = (
  kind: "ADD" | "SUB",
  first: Input,
  second: Input,
  output: Case["output"],
  attributes: Activated,
) => ({ kind, attributes, first, second, output, bits: 21 }) satisfies Case;
const NONE: Activated = { activation: "NONE" };

const everyPair: readonly [title: string, digits: number, it: Case][] = [
  [
    "zero points at both ends",
    2,
    case21("ADD", whole(0.0421, -128), whole(0.0517, 127), { scale: 0.0493, zeroPoint: -128 }, NONE),
  ],
  [
    "a difference",
    2,
    case21("SUB", whole(0.0421, 127), whole(0.0917, -128), { scale: 0.1093, zeroPoint: 127 }, NONE),
  ],
  [
    "RELU6 above half of the range",
    2,
    case21(
      "ADD",
      whole(0.0417318, 3),
      whole(0.0213977, -7),
      { scale: 0.0500123, zeroPoint: -90 },
      { activation: "RELU6" },
    ),
  ],
  ["halves, in one digit", 1, case21("ADD", whole(0.5, 3), whole(0.5, -7), { scale: 1, zeroPoint: 1 }, NONE)],
  [
    "hardly any output",
    2,
    case21("ADD", whole(0.0421, 3), whole(0.0511, -7), { scale: 7.77, zeroPoint: 11 }, NONE),
  ],
];

it.each(everyPair)("all pairs: %s", (_, digits, it) => {
  const values = Array.from({ length: 256 }, (_, v) => v);
  expect(check(it, values, values)?.digits.length).toBe(digits);
});

it("finds nothing where lanes have no room", () => {
  const [[, , it]] = everyPair;
  expect(fitAddition(nodeOf(it), it.first, it.second, 12)).toBeUndefined();
});

describeGolden("the sums of resnet8_int8", () => {
  const graph = importModel(goldenModel("resnet8_int8", 0).model, "resnet8_int8.tflite");
  const sums = graph.ops.filter(({ kind }) => kind === "ADD").map((op) => new Node<Activated>(graph, op));

  it.each(sums.map((node, i) => [i, node] as const))("%i, all pairs", (_, node) => {
    const [first, second, output] = [node.input(0), node.input(1), node.output()].map((tensor) =>
      node.perTensor(tensor, "a tensor"),
    );
    const [a, b] = [first, second].map((it) => ({ ...it, ...WHOLE }));
    const values = Array.from({ length: 256 }, (_, v) => v);
    const scaling = check(case21("ADD", a, b, output, node.attributes), values, values);
    expect(scaling?.digits.map(({ shift }) => shift)).toEqual([12, 10]);
  });
});

const geometry = { rows: 8, columns: 8, stride: 9, bits: 21, transposed: false, element: 8 as const };
const [A, B] = [37, 101].map((step) =>
  plane(
    geometry,
    Array.from({ length: 64 }, (_, i) => (i * step + (i >> 3)) & 255),
  ),
);

/** Runs statements in a module that has both planes and the functions of all cases that are checked whole. */
async function runTiny(engine: Engine, inKernel: string) {
  const program = new Program();
  const scalings = everyPair.map(([, , it]) => fitAddition(nodeOf(it), it.first, it.second, it.bits)!);
  const functions = scalings.map((scaling, i) => write(program, `sum${i}`, geometry, scaling));
  const sums = scalings.map((scaling) => `0x${adder(geometry, scaling)(A, B).toString(16)}n`);
  const inModule = `${program.declarations()}
const A = 0x${A.toString(16)}n; const B = 0x${B.toString(16)}n;
function nothing(x, w) { let y; return x; }
${functions.join("\n")}
${sums.map((sum, i) => `const expected${i} = ${sum};`).join("\n")}`;
  const report = await engine.run({
    artifact: tinyArtifact({ inModule, inKernel }),
    module: "tiny",
    vectors: [[new Uint8Array(4)]],
    machine: { chunkBytes: 64 * 1024, slots: 448, stackSlots: 256 },
  });
  const { instructions, inCollections } = report.counters.layers?.[1] ?? {
    instructions: 0,
    inCollections: 0,
  };
  return { output: report.vectors[0].outputs[0], instructions: instructions - inCollections };
}

it("computes on XS what it computes here", async () => {
  // XS tells a constant in flash from an equal number in memory.
  const compared = [0, 1, 2, 4].map((n, i) => `memory.int8[${12 + i}] = +!(sum${n}(A, B) - expected${n});`);
  const { output } = await runTiny(xsEngine, compared.join(" "));
  expect([...output.subarray(0, 4)]).toEqual([1, 1, 1, 1]);
});

it("takes what is predicted within 5 per cent", async () => {
  const program = new Program();
  const [[, , it]] = everyPair;
  write(program, "sum", geometry, fitAddition(nodeOf(it), it.first, it.second, it.bits)!);
  const count = async (name: string) => {
    const inKernel = `for (let i = 40; i > 0; i--) ${name}(A, B);`;
    return (await runTiny(rv32Engine, inKernel)).instructions;
  };
  const each = ((await count("sum0")) - (await count("nothing"))) / (2 * 40);
  expect(Math.abs(program.instructions / each - 1), `${each} instructions`).toBeLessThan(0.05);
});
