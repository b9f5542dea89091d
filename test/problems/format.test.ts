import { describe, expect, it } from "vitest";
import { formatAll } from "../../codegen/problems/format.js";
import type { Problem } from "../../codegen/problems/problem.js";

const wrongType = (kind: string, name: string): Problem => ({
  code: "type-not-supported",
  place: { op: { kind, name } },
  details: { role: "the input", dtype: "float32", supported: ["int8"] },
});

describe("formatAll", () => {
  it("says what, where and what to do", () => {
    expect(formatAll([wrongType("CONV_2D", "a")])).toEqual([
      'CONV_2D "a": the input is float32; supported: int8 [type-not-supported]\n' +
        "  quantize the model to int8 (weights and activations), or see `xsnn ops`",
    ]);
  });

  it("tells what is alike once", () => {
    const problems = [
      wrongType("CONV_2D", "a"),
      wrongType("CONV_2D", "b"),
      wrongType("ADD", "c"),
      wrongType("ADD", "d"),
      { code: "no-inputs", place: {}, details: {} } as const,
    ];
    const texts = formatAll(problems);
    expect(texts).toHaveLength(2);
    expect(texts[0]).toMatch(/^CONV_2D "a": .*\n.*\n {2}and 3 more like it in CONV_2D, ADD$/);
    expect(texts[1]).toContain("[no-inputs]");
  });
});
