/** Refusals of the importer: the file's lists and names. */
import { expect, test } from "vitest";
import * as schema from "../../codegen/import/tflite/schema.js";
import { bytes, int32, text } from "./flat.js";
import { build, convModel, convOptions, operator, statefulModel } from "./raw-model.js";
import { type Case, expectRefused, problems, spoiled } from "./spoil.js";

test("the files that the others spoil are valid", () => {
  expect(problems(build(convModel()))).toEqual([]);
  expect(problems(build(statefulModel()))).toEqual([]);
});

const modelCases: Case[] = [
  [
    "another identifier",
    "file-identifier",
    (_, model) => {
      model.identifier = "TFL2";
    },
  ],
  [
    "schema version 2",
    "file-version",
    (_, { root }) => {
      root[schema.Model.version] = int32(2);
    },
  ],
  ["no schema version", "file-version", (_, { root }) => delete root[schema.Model.version]],
  ["no subgraph", "subgraph-missing", (_, { subgraphs }) => subgraphs.pop()],
  [
    "a second subgraph that nothing runs",
    "subgraph-unreachable",
    (main, { subgraphs }) => subgraphs.push(main),
  ],
  [
    "an operator code that does not exist",
    "operator-code-index",
    ({ operators }) => {
      operators[0] = operator(7, [0, 1, 2], [3], convOptions());
    },
  ],
  [
    "a buffer that does not exist",
    "buffer-index",
    ({ tensors }) => {
      tensors[1][schema.Tensor.buffer] = int32(9);
    },
  ],
  [
    "a newline in a name",
    "name-unsafe",
    ({ tensors }) => {
      tensors[0][schema.Tensor.name] = text("a\nb");
    },
  ],
  [
    "U+2028 in a name",
    "name-unsafe",
    ({ tensors }) => {
      tensors[0][schema.Tensor.name] = text("a\u2028b");
    },
  ],
  [
    "a right-to-left override in a name",
    "name-unsafe",
    ({ tensors }) => {
      tensors[0][schema.Tensor.name] = text("a\u202eb");
    },
  ],
  [
    "a name of 1001 characters",
    "name-too-long",
    ({ tensors }) => {
      tensors[0][schema.Tensor.name] = text("x".repeat(1001));
    },
  ],
  [
    "a name that is not UTF-8",
    "string-encoding",
    ({ tensors }) => {
      tensors[0][schema.Tensor.name] = bytes(Uint8Array.of(0xc3, 0x28));
    },
  ],
];

test.each(modelCases)("%s is refused", (_, code, spoil) => {
  expectRefused(spoiled(convModel(), spoil), code);
});
