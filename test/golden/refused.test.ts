import { expect, it } from "vitest";
import { compile } from "../../codegen/compile.js";
import { format } from "../../codegen/problems/format.js";
import { Refusal } from "../../codegen/problems/problem.js";
import { describeGolden, goldenFile, goldenMeta, goldenNames } from "./golden.js";

/** Why each of the other models is refused: words that its refusal must have. */
const REASONS: readonly [name: RegExp, named: string, code: string][] = [
  [/_fp32$/, "xsnn quantize", "model-not-quantized"],
];

const compiles = (name: string) => !name.endsWith("_fp32");

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
