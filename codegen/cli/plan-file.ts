/** `plan.json` read back. The file may be anybody's, so everything that tools rely on is checked. */
import { REPORT_VERSION, type Report } from "../emit/report.js";
import { byteLength, DTYPE_BYTES, type DType } from "../graph/graph.js";
import type { Lanes } from "../graph/lanes.js";
import { EDGE_TYPES } from "../plan/plan.js";
import { refuse } from "../problems/problem.js";

/** No model for a microcontroller has a larger arena. */
const MAX_ARENA_BYTES = 2 ** 28;

/**
 * The plan of an artifact.
 *
 * @param path the artifact's folder, for messages
 * @throws Refusal where it is not a plan, or one of another version
 */
export function parsePlan(bytes: Uint8Array, path: string): Report {
  const not = (why: string) => refuse("folder-not-artifact", { path, why });
  let plan: unknown;
  try {
    plan = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return not("its plan.json is not JSON");
  }
  if (!isRecord(plan) || typeof plan.version !== "number") return not("its plan.json is not a plan of xsnn");
  if (plan.version !== REPORT_VERSION)
    return refuse("artifact-version", { path, found: plan.version, known: REPORT_VERSION });
  return isReport(plan) ? plan : not("its plan.json is damaged");
}

function isReport(
  plan: Readonly<Record<string, unknown>>,
): plan is Readonly<Record<string, unknown>> & Report {
  const { module, macs, arenaBytes, weightsBytes, tensors, hidden, layers, variables, inputs, outputs } =
    plan;
  if (
    typeof module !== "string" ||
    !/^[a-z][a-z0-9-]*$/.test(module) ||
    !isCount(macs) ||
    !isCount(weightsBytes) ||
    !isCount(plan.flashBytes) ||
    !isCount(arenaBytes) ||
    arenaBytes > MAX_ARENA_BYTES
  )
    return false;
  if (!isListOf(layers, isLayer) || !isListOf(hidden, isCount)) return false;
  if (!isListOf(inputs, isCount) || !isListOf(outputs, isCount)) return false;
  const inArena = ({ offset, bytes }: { offset: number; bytes: number }) => offset + bytes <= arenaBytes;
  if (!isListOf(tensors, isTensor) || !tensors.every(inArena)) return false;
  if (tensors.some(({ layer }) => layer < -1 || layer >= layers.length)) return false;
  if (!isMemory(plan.memory) || !isListOf(variables, isVariable)) return false;
  if (!variables.every(({ offset, length }) => inArena({ offset, bytes: length }))) return false;
  const isEdge = (id: number) =>
    tensors.some((tensor) => tensor.id === id && EDGE_TYPES.includes(tensor.dtype));
  return inputs.length > 0 && outputs.length > 0 && [...inputs, ...outputs].every(isEdge);
}

function isTensor(value: unknown): value is Report["tensors"][number] {
  if (!isRecord(value)) return false;
  const { id, name, dtype, shape, scale = 1, zeroPoint = 0, offset, bytes, layer, lanes } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(DTYPE_BYTES, dtype) || !isListOf(shape, isCount))
    return false;
  if (typeof name !== "string" || typeof scale !== "number" || !Number.isSafeInteger(zeroPoint)) return false;
  if (!isCount(id) || !isCount(offset) || !Number.isSafeInteger(layer)) return false;
  if (lanes !== undefined && !isLanes(lanes)) return false;
  return (
    scale > 0 &&
    isCount(bytes) &&
    bytes === byteLength({ dtype: dtype as DType, shape, ...(lanes && { lanes }) })
  );
}

/** As far as the bytes of planes follow from it. */
function isLanes(value: unknown): value is Lanes {
  if (!isRecord(value) || !isRecord(value.geometry)) return false;
  const { rows, columns, stride, bits } = value.geometry;
  return [value.bands, value.channels, value.perPlane, rows, columns, stride, bits].every(isCount);
}

function isLayer(value: unknown): value is Report["layers"][number] {
  if (!isRecord(value) || typeof value.kind !== "string" || typeof value.name !== "string") return false;
  return (
    isCount(value.macs) &&
    isCount(value.steps) &&
    isCount(value.instructions) &&
    isCount(value.longestStep) &&
    isListOf(value.outputs, isCount)
  );
}

function isMemory(value: unknown): value is Report["memory"] {
  if (!isRecord(value) || typeof value.isCollected !== "boolean") return false;
  return isCount(value.chunkBytes) && isCount(value.slots) && isCount(value.stackSlots);
}

function isVariable(value: unknown): value is Report["variables"][number] {
  return isRecord(value) && typeof value.name === "string" && isCount(value.offset) && isCount(value.length);
}

function isListOf<T>(value: unknown, isItem: (item: unknown) => item is T): value is T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
