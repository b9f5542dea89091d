import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { FOLDED } from "../../../codegen/import/onnx/fold.js";
import { translators } from "../../../codegen/import/onnx/operators/index.js";

it("docs/onnx.md names every operator that is read, and no other", () => {
  const text = readFileSync(new URL("../../../docs/onnx.md", import.meta.url), "utf8");
  const [, read] = /^## Operators$(.*?)^## /ms.exec(text) ?? ["", ""];
  const rows = [...read.matchAll(/^\| ([A-Z][\w, ]*) \|/gm)].flatMap(([, names]) => names.split(", "));
  expect(rows.sort()).toEqual([...Object.keys(translators), "DequantizeLinear", "QuantizeLinear"].sort());
  for (const name of FOLDED) expect(text).toMatch(new RegExp(`\\b${name}\\b`));
});
