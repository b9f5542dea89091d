import { Refusal, refuse } from "../../problems/problem.js";
import { malformedAs } from "./malformed.js";
import { readNpy } from "./npy.js";
import type { EdgeTensor } from "./tensor.js";

/** Unpacked bytes of all arrays together: a small archive must not unpack into much. */
const MAX_BYTES = 2 ** 28;

/** The bytes of every model input from an .npz file, by the inputs' names or in their order. */
export async function readNpz(
  bytes: Uint8Array,
  tensors: readonly EdgeTensor[],
  path: string,
): Promise<Uint8Array[]> {
  const arrays = await unpackNpz(bytes, path);
  const names = arrayNames([...arrays.keys()], tensors, path);
  return Promise.all(
    tensors.map((tensor, i) => readNpy(arrays.get(names[i])!, tensor, `${path}: ${names[i]}`)),
  );
}

/** The name of the array for each model input: its own, or they are in the inputs' order. */
export function arrayNames(
  found: readonly string[],
  tensors: readonly Pick<EdgeTensor, "name">[],
  path: string,
): readonly string[] {
  const expected = tensors.map(({ name }) => name);
  const names = expected.every((name) => found.includes(name)) ? expected : found;
  return names.length === expected.length ? names : refuse("input-array", { path, found, expected });
}

/** The arrays of an .npz file, as .npy each, by name. */
export async function unpackNpz(bytes: Uint8Array, path: string): Promise<Map<string, Uint8Array>> {
  const { unzipSync } = await import("fflate");
  let total = 0;
  const malformed = malformedAs(".npz file", path);
  try {
    const files = unzipSync(bytes, {
      // Says yes before anything is unpacked; more bytes than the archive states here are cut off.
      filter({ name, originalSize }) {
        total += originalSize;
        if (total > MAX_BYTES) malformed(`it unpacks to more than ${MAX_BYTES} bytes`);
        return name.endsWith(".npy");
      },
    });
    return new Map(Object.entries(files).map(([name, content]) => [name.slice(0, -".npy".length), content]));
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return malformed(error);
  }
}
