/**
 * Stands in for codegen/ops/support/tiles.ts: steps of 1/1024 of their work, so that small random tensors too are cut into
 * several tiles. A test file takes it by
 *
 *     vi.mock("../../codegen/ops/support/tiles.js", () => import("../support/small-tiles.js"));
 */
import { vi } from "vitest";

const actual = await vi.importActual<typeof import("../../codegen/ops/support/tiles.js")>(
  "../../codegen/ops/support/tiles.js",
);

/** As the real `cut`, for units of 1024 times their work. */
export function cut(units: number, workPerUnit: number): ReturnType<typeof actual.cut> {
  return actual.cut(units, 1024 * workPerUnit);
}
