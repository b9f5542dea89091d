/** The number formats of the table in docs/quantization.md. */
import type { Format } from "../../codegen/cli/bench/formats.js";
import { SCHEMES, type Scheme, type SchemeName } from "../../codegen/compress/quantize/formats.js";
import type { Graph } from "../../codegen/graph/graph.js";

const FORMATS: readonly SchemeName[] = ["int8", "16x8", "16x16", "e4m3", "e5m2", "int4", "ternary"];

/** The formats of a model's rows: each throughout, and the narrow ones with the first and the last layer in int8. */
export function formatsOf({ ops }: Graph): readonly Format[] {
  const weighted = ops.filter(({ kind }) => kind.includes("CONV") || kind === "FULLY_CONNECTED");
  const ends = [weighted[0], weighted[weighted.length - 1]].map(({ name }): [string, Scheme] => [
    name,
    SCHEMES.int8,
  ]);
  const mixed = (scheme: SchemeName): Format => ({
    name: `${scheme}, ends int8`,
    options: { scheme, layers: Object.fromEntries(ends) },
  });
  const whole = FORMATS.map((scheme): Format => ({ name: scheme, options: { scheme } }));
  return [...whole, mixed("int4"), mixed("ternary")];
}
