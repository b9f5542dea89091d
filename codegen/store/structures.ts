/** Whether boards with one artifact's code take the weights of another. */
import type { Report } from "../emit/report.js";
import type { StructurePart } from "../emit/structure.js";
import { refuse } from "../problems/problem.js";

/**
 * @param path of the artifact to update from, for messages
 * @returns the structure's hash
 * @throws Refusal `not-updatable`, `no-structure` for the plan of an older xsnn
 */
export function structureHash({ structure, isUpdatable }: Report, path: string): string {
  if (typeof structure?.hash !== "string" || !/^[0-9a-f]{64}$/.test(structure.hash))
    return refuse("no-structure", { path });
  if (!isUpdatable) return refuse("not-updatable", { path });
  return structure.hash;
}

/**
 * Refuses an update that boards would.
 *
 * @param old the artifact in their application
 * @throws Refusal `structure-differs`, which names the parts
 */
export function requireSameStructure(
  { report, path }: { readonly report: Report; readonly path: string },
  old: { readonly report: Report; readonly path: string },
): void {
  if (structureHash(report, path) === structureHash(old.report, old.path)) return;
  const parts = differences(report.structure.parts, old.report.structure.parts);
  refuse("structure-differs", { path, other: old.path, parts });
}

/** What parts differ: the first list's names for them, or how many there are where that is what differs. */
function differences(found: readonly StructurePart[], expected: readonly StructurePart[]): string[] {
  if (found.length !== expected.length)
    return [`the number of layers (${found.length - expected.length > 0 ? "more" : "fewer"} than there)`];
  return found.filter(({ digest }, i) => digest !== expected[i].digest).map(({ what }) => what);
}
