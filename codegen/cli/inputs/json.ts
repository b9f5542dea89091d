import { refuse } from "../../problems/problem.js";
import { malformedAs } from "./malformed.js";
import { type EdgeTensor, quantized } from "./tensor.js";

/** No tensor has more dimensions. */
const MAX_DEPTH = 8;

/** The bytes of one step from a JSON list of real numbers, flat or nested in any way. */
export function readJson(bytes: Uint8Array, tensor: EdgeTensor, path: string): Uint8Array {
  const malformed = malformedAs("JSON list", path);
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    return malformed(error);
  }
  const values: number[] = [];
  const collect = (item: unknown, depth: number): void => {
    if (typeof item === "number") values.push(item);
    else if (!Array.isArray(item)) malformed("it holds something else than numbers and lists of them");
    else if (depth === MAX_DEPTH) malformed(`its lists are more than ${MAX_DEPTH} deep`);
    else for (const inner of item) collect(inner, depth + 1);
  };
  collect(document, 0);
  if (values.length !== tensor.length)
    return refuse("input-shape", {
      path,
      found: `${values.length} numbers`,
      expected: `${tensor.length} numbers`,
    });
  return quantized(values, tensor, path);
}
