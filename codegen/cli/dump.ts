import type { Engine, VectorReport } from "../../boards/engine.js";
import { traceables } from "../compare.js";
import type { Report } from "../emit/report.js";
import { elementsOf } from "../graph/elements.js";
import { writeFiles } from "./files.js";
import { writeNpy } from "./inputs/npy.js";

/** Makes a function that writes a vector's traced tensors as `<folder>/<engine>/<vector>/t<id>.npy`. */
export function dumper(folder: string, report: Report) {
  const tensors = traceables(report);
  return async (engine: Engine, vector: number, { trace }: VectorReport): Promise<void> => {
    const files = new Map<string, Uint8Array>();
    for (const { id, dtype, shape } of tensors) {
      const bytes = trace.get(id);
      if (bytes)
        files.set(`${engine.name}/${vector}/t${id}.npy`, await writeNpy(elementsOf(dtype, bytes), shape));
    }
    await writeFiles(folder, files);
  };
}
