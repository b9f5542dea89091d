/** What the manifest of an application says that this mod can be installed in; applications include it after `manifest_base.json`. */
import type { Creation } from "../plan/creation.js";

/** The machine of the application, and the platform that has it: `esp` or `esp32`. */
export interface Host {
  readonly family: string;
  readonly creation: Creation;
}

/** Places for names that a Moddable application gets which asks for none: tools/mcconfig.js. It has no more when it runs out. */
const DEFAULT_KEYS = 256;

/** The steps in which places for names are given. */
const KEYS_STEP = 32;

/**
 * - `XS_MODS` compiles in what maps the archive. `strip: []` keeps what XS has: the linker knows nothing of what a mod uses.
 * - Each name that only the mod has takes a place in a table that does not grow by default.
 * - The heaps are the host's, so it asks for what the mod's model and modules take.
 *
 * @param names that the firmware may not have
 */
export function hostManifest({ family, creation }: Host, names: number): object {
  return {
    include: "$(MODDABLE)/modules/base/modules/manifest.json",
    defines: { XS_MODS: 1 },
    strip: [],
    creation: { keys: { initial: keys(names), incremental: KEYS_STEP } },
    platforms: { [family]: { creation } },
  };
}

function keys(names: number): number {
  return DEFAULT_KEYS + Math.ceil(names / KEYS_STEP) * KEYS_STEP;
}
