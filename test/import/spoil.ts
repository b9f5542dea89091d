/** Valid files, spoiled in one place. */
import { expect } from "vitest";
import { validate } from "../../codegen/graph/validate.js";
import { importTflite } from "../../codegen/import/tflite/import-tflite.js";
import { format } from "../../codegen/problems/format.js";
import type { Code, Problem } from "../../codegen/problems/problem.js";
import { problemsOf } from "../support/problems.js";
import { build, convOptions, operator, type RawModel, type RawSubgraph } from "./raw-model.js";

/** One change to a file: to its main subgraph, or to anything in it. */
export type Spoil = (main: RawSubgraph, model: RawModel) => unknown;
export type Case = [what: string, code: Code, spoil: Spoil];

/** Everything that is wrong with a file, found by the importer or, where it passes, by validation. */
export const problems = (bytes: Uint8Array): Problem[] =>
  problemsOf(() => validate(importTflite(bytes, "spoiled")));

/** What is wrong with a model after one change. */
export function spoiled(model: RawModel, spoil: Spoil): Problem[] {
  spoil(model.subgraphs[0], model);
  return problems(build(model));
}

/** The one code is found, alone, and its words can be made. */
export function expectRefused(found: readonly Problem[], code: Code): void {
  expect([...new Set(found.map((problem) => problem.code))]).toEqual([code]);
  for (const problem of found) expect(format(problem)).toContain(`[${code}]`);
}

/** The convolution with other inputs and outputs. */
export const wired =
  (inputs: number[], outputs: number[]): Spoil =>
  ({ operators }) => {
    operators[0] = operator(0, inputs, outputs, convOptions());
  };
