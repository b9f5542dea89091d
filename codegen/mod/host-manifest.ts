/** What the manifest of an application says that this mod can be installed in; applications include it after `manifest_base.json`. */
import { type Creation, type Family, type Memory, manifestCreation } from "../plan/creation.js";

/** Places for names that a Moddable application gets which asks for none: tools/mcconfig.js. It has no more when it runs out. */
const DEFAULT_KEYS = 256;

/** The steps in which places for names are given. */
const KEYS_STEP = 32;

/**
 * - `XS_MODS` compiles in what maps the archive. `strip: []` keeps what XS has: the linker knows nothing of what a mod uses.
 * - Each name that only the mod has takes a place in a table that does not grow by default.
 * - The heaps are the host's, so it asks for what the mod's model and modules take.
 *
 * @param memory of the model and of its modules
 * @param names that the firmware may not have
 */
export function hostManifest(memory: Memory, names: number): object {
  const platforms: Partial<Record<Family, { creation: Creation }>> = {};
  for (const family of ["esp", "esp32"] as const) {
    const creation = manifestCreation(memory, family);
    if (creation) platforms[family] = { creation };
  }
  return {
    include: "$(MODDABLE)/modules/base/modules/manifest.json",
    defines: { XS_MODS: 1 },
    strip: [],
    creation: { keys: { initial: keys(names), incremental: KEYS_STEP } },
    ...(Object.keys(platforms).length > 0 && { platforms }),
  };
}

function keys(names: number): number {
  return DEFAULT_KEYS + Math.ceil(names / KEYS_STEP) * KEYS_STEP;
}
