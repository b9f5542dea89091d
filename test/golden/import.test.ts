/** The importer against what is known of the golden models, and the writer on them. */
import { isDeepStrictEqual } from "node:util";
import { expect, it } from "vitest";
import { exportTflite } from "../../codegen/export/tflite/export-tflite.js";
import { print } from "../../codegen/graph/print.js";
import { importTflite } from "../../codegen/import/tflite/import-tflite.js";
import { describeGolden, goldenFile, goldenMeta, goldenNames } from "./golden.js";

const sorted = <T>(record: Record<string, T>) => Object.entries(record).sort();

describeGolden("importing golden models", () => {
  it.each(goldenNames)("%s has the inputs, outputs and operators that it is known to have", (name) => {
    const meta = goldenMeta(name);
    const graph = importTflite(goldenFile(name), name);
    const describeTensors = (ids: readonly number[]) =>
      ids.map((id) => {
        const { name: tensorName, dtype, shape, quantization } = graph.tensors[id];
        return {
          index: id,
          name: tensorName,
          dtype: dtype.toUpperCase(),
          shape,
          ...(quantization && { scale: quantization.scales[0], zero_point: quantization.zeroPoints[0] }),
        };
      });
    const known = (tensors: readonly object[]) => tensors.map((tensor) => expect.objectContaining(tensor));
    expect(meta.inputs).toEqual(known(describeTensors(graph.inputs)));
    expect(meta.outputs).toEqual(known(describeTensors(graph.outputs)));
    const inits =
      graph.variables.length - graph.tensors.filter(({ variable }) => variable !== undefined).length;
    const counts: Record<string, number> = inits === 0 ? {} : { ASSIGN_VARIABLE: inits, VAR_HANDLE: inits };
    for (const { kind } of graph.ops) counts[kind] = (counts[kind] ?? 0) + 1;
    expect(sorted(counts)).toEqual(sorted(meta.ops));
  });

  it.each(goldenNames)("%s is the same graph after being written and read again", (name) => {
    const graph = importTflite(goldenFile(name), name);
    const again = importTflite(exportTflite(graph), name);
    expect(print(again)).toBe(print(graph));
    expect(isDeepStrictEqual(again, graph)).toBe(true);
  });
});
