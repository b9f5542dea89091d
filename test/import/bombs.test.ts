/** Small files that ask for much work or memory: refused, and soon. */
import { expect, test } from "vitest";
import { importTflite } from "../../codegen/import/tflite/import-tflite.js";
import * as schema from "../../codegen/import/tflite/schema.js";
import { formatAll } from "../../codegen/problems/format.js";
import { problemsOf } from "../support/problems.js";
import { type Fields, int32s } from "./flat.js";
import {
  ASSIGN_VARIABLE,
  build,
  callOnce,
  convModel,
  convOptions,
  operator,
  type RawModel,
  statefulModel,
  tensor,
  varHandle,
} from "./raw-model.js";

const LIMIT_MS = 5000;

function expectRefusedSoon(model: RawModel, code: string): void {
  const bytes = build(model);
  const start = performance.now();
  const problems = problemsOf(() => {
    importTflite(bytes, "bomb");
    return [];
  });
  const messages = formatAll(problems);
  expect(performance.now() - start).toBeLessThan(LIMIT_MS);
  expect(problems.map((problem) => problem.code)).toContain(code);
  expect(messages.length).toBeLessThan(10);
}

const MANY = 200_000;
const range = (count: number, first = 0) => Array.from({ length: count }, (_, i) => first + i);

test("an operator with 200,000 inputs that do not exist", () => {
  const model = convModel();
  model.subgraphs[0].operators[0] = operator(0, range(MANY, 100), [3], convOptions());
  expectRefusedSoon(model, "tensor-index");
});

test("an operator with as many inputs as outputs, 200,000", () => {
  const model = convModel();
  const inputs = Array(MANY).fill(0);
  model.subgraphs[0].operators[0] = operator(0, inputs, Array(MANY).fill(3), convOptions());
  expectRefusedSoon(model, "tensor-produced-twice");
});

test("a tensor of a million dimensions", () => {
  const model = convModel();
  model.subgraphs[0].tensors[0][schema.Tensor.shape] = int32s(Array(1_000_000).fill(1));
  expectRefusedSoon(model, "too-many-dimensions");
});

test("20,000 variables that all are as large as one large tensor", () => {
  const model = statefulModel();
  const { tensors, operators } = model.subgraphs[0];
  const value = tensors.push(tensor("large", [2 ** 24])) - 1;
  for (let i = 0; i < 20_000; i++) {
    const handle = tensors.push(tensors[1]) - 1;
    operators.push(varHandle(handle, `v${i}`), operator(ASSIGN_VARIABLE, [handle, value], []));
  }
  expectRefusedSoon(model, "all-too-large");
});

test("10,000 subgraphs, each run by a CALL_ONCE", () => {
  const model = statefulModel();
  const [main, init] = model.subgraphs;
  for (let i = 2; i < 10_000; i++) {
    model.subgraphs.push(init);
    main.operators.push(callOnce(i));
  }
  expectRefusedSoon(model, "init-late");
});

test("100,001 tensors", () => {
  const model = convModel();
  const unused: Fields = {};
  for (let i = 0; i < 100_001; i++) model.subgraphs[0].tensors.push(unused);
  expectRefusedSoon(model, "too-many-tables");
});

test("300,000 inputs that are one tensor", () => {
  const model = convModel();
  model.subgraphs[0].operators[0] = operator(0, Array(300_000).fill(0), [3], convOptions());
  expectRefusedSoon(model, "input-count");
});

test("a model whose output is listed a million times", () => {
  const model = convModel();
  model.subgraphs[0].outputs = Array(1_000_000).fill(3);
  expectRefusedSoon(model, "too-many-connections");
});
