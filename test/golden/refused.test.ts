import { expect, it } from "vitest";
import { compile } from "../../codegen/compile.js";
import { format } from "../../codegen/problems/format.js";
import { Refusal } from "../../codegen/problems/problem.js";
import { describeGolden, goldenFile, goldenMeta, goldenNames } from "./golden.js";

/** Why each of the other models is refused: a word for the type or operator that its refusal must name. */
const REASONS: readonly [name: RegExp, named: string, code: string][] = [
  [/^mnist_lstm_/, "UNIDIRECTIONAL_SEQUENCE_LSTM", "operator-not-supported"],
  [/_fp32$/, "xsnn quantize", "model-not-quantized"],
  [/^keyword_scrambled_8bit$/, "SVDF", "operator-not-supported"],
  [/^seanet_quantize/, "int32", "type-not-supported"],
  [/^seanet_transpose_conv/, "TRANSPOSE_CONV", "operator-not-supported"],
  [/^seanet_/, "int16", "type-not-supported"],
];

const compiles = (name: string) =>
  /(_int8|_quantized|_vww|_jarvis)$/.test(name) && !name.startsWith("mnist_lstm_");

describeGolden("golden models that no version of ours can run yet", () => {
  it.each(goldenNames.filter((name) => !compiles(name)))(
    "%s is refused, with operator or type named",
    (name) => {
      const reason = REASONS.find(([pattern]) => pattern.test(name))!;
      const refusal = refusalOf(name);
      expect(refusal.problems.map(({ code }) => code)).toContain(reason[2]);
      const text = refusal.problems.map(format).join("\n");
      expect(text).toContain(reason[1]);
      expect(Object.keys(goldenMeta(name).ops).some((kind) => text.includes(kind))).toBe(true);
    },
  );
});

function refusalOf(name: string): Refusal {
  try {
    compile(goldenFile(name), `${name}.tflite`, new Map());
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`${name} compiles`);
}
