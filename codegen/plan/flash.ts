/** What a whole plan takes in flash, XS and the firmware apart. */
import { sharedBytes } from "../cost/flash.js";
import type { KernelSource } from "../kernels/generated.js";
import type { Parameter, Placed } from "../ops/operator.js";
import type { Choice } from "./forms.js";

/** The runtime without kernels, the model's module and its names. */
const RUNTIME_BYTES = 6_500;

/** A kernel of the runtime, with what it imports. */
const KERNEL_BYTES = 3_400;

/** The object of a layer with a generated kernel. */
const LAYER_BYTES = 340;

/** Bytes of bytecode, frozen objects and `weights.bin`: layers with the same kernel share it, and equal constants are one. */
export function flashBytes(layers: readonly Choice[]): number {
  const kernels = new Set<unknown>();
  const modules = new Map<string, KernelSource>();
  let bytes = RUNTIME_BYTES;
  for (const { lowering, cost } of layers) {
    if (lowering.form === "kernel") {
      kernels.add(lowering.kernel);
      bytes += cost.flashBytes;
    } else if (lowering.form === "generated") {
      const { text } = lowering.source;
      const { constants } = lowering.parameters;
      const data = modules.has(text) ? dataBytes(constants) : cost.flashBytes;
      bytes += LAYER_BYTES + data;
      modules.set(text, lowering.source);
    }
  }
  return bytes + KERNEL_BYTES * kernels.size - sharedBytes([...modules.values()]);
}

/** Bytes of `weights.bin` that a layer reads, however many others have its kernel. */
function dataBytes(constants: Parameter): number {
  if (!Array.isArray(constants)) return 0;
  const list: readonly (number | Placed)[] = constants;
  return list.reduce<number>(
    (sum, it) => sum + (typeof it !== "number" && it.at === "constant" ? it.bytes.length : 0),
    0,
  );
}
