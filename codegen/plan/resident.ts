/** What a whole plan takes of RAM for its constants, where nothing is preloaded. As flash.ts, known before anything is emitted. */
import { importedIn, type Resident, residentOf } from "../cost/resident.js";
import { type KernelSource, withoutTypes } from "../kernels/generated.js";
import { SLOT_BYTES } from "./creation.js";
import type { Choice } from "./forms.js";

/** The runtime without kernels and the model's module. */
const RUNTIME_BYTES = 11_500;

/** A kernel of the runtime, with what it imports. */
const KERNEL_BYTES = 4_500;

/** The object of a layer. */
const LAYER_BYTES = 1_000;

/** Bytes of slots and chunks; layers with the same kernel share it. The emitted modules say it exactly: `residentOf`. */
export function residentBytes(layers: readonly Choice[]): number {
  const kernels = new Set<unknown>();
  const texts = new Set<string>();
  let bytes = RUNTIME_BYTES;
  for (const layer of layers) {
    const { lowering } = layer;
    if (lowering.form === "kernel") {
      bytes += LAYER_BYTES;
      kernels.add(lowering.kernel);
    } else if (lowering.form === "generated") {
      const isFirst = !texts.has(lowering.source.text);
      texts.add(lowering.source.text);
      bytes += isFirst ? layerBytes(layer) : LAYER_BYTES;
    }
  }
  return bytes + KERNEL_BYTES * kernels.size;
}

/** Those of one layer by itself: its object and, where it has a kernel of its own, what that keeps. */
export function layerBytes({ lowering }: Choice): number {
  if (lowering.form === "generated") return LAYER_BYTES + kernelBytes(lowering.source);
  return lowering.form === "kernel" ? LAYER_BYTES : 0;
}

const known = new WeakMap<KernelSource, number>();

/** Looked for once, however often plans with that kernel are weighed. */
function kernelBytes(source: KernelSource): number {
  const bytes = known.get(source) ?? ramBytes(residentOf(new Map([["kernel", withoutTypes(source.text)]])));
  known.set(source, bytes);
  return bytes;
}

/** Slots and chunks together, importing included. */
function ramBytes(resident: Resident): number {
  return importedIn(resident) * SLOT_BYTES + resident.chunkBytes;
}
