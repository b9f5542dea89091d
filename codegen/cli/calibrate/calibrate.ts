/** Measures everything that the cost model knows. */
import type { Engine } from "../../../boards/engine.js";
import type { RuntimeSources } from "../../emit/runtime-files.js";
import { calibrateBigint } from "./bigint.js";
import { calibrateCollections } from "./collections.js";
import type { Constants } from "./constants-text.js";
import type { Fit } from "./fit.js";
import { calibrateInterpreter } from "./interpreter.js";
import { calibrateRolled } from "./rolled.js";
import { countStep } from "./snippets.js";

export interface Calibration {
  readonly constants: Constants;
  /** By what was fitted, e.g. `bigint.add`. */
  readonly fits: ReadonlyMap<string, Fit>;
}

export async function calibrate(engine: Engine, sources: RuntimeSources): Promise<Calibration> {
  const bigint = await calibrateBigint(engine, sources);
  const step = await countStep(engine, sources);
  const interpreter = await calibrateInterpreter(engine, sources);
  const collection = await calibrateCollections(engine, sources);
  const rolled = await calibrateRolled(engine, sources);
  return {
    constants: {
      bigint: { ...pricesOf(bigint.fits), ...bigint.single },
      interpreter: { step: step.instructions, ...interpreter.prices },
      collection: collection.prices,
      rolled: pricesOf(rolled.fits),
      rolledStackSlots: rolled.stackSlots - step.stackSlots,
    },
    fits: new Map([
      ...named("bigint", bigint.fits),
      ["interpreter", interpreter],
      ["collection", collection],
      ...named("rolled", rolled.fits),
    ]),
  };
}

type Fits = Readonly<Record<string, Fit>>;

function pricesOf(fits: Fits): Constants {
  return Object.fromEntries(Object.entries(fits).map(([name, { prices }]) => [name, prices]));
}

function named(group: string, fits: Fits): [string, Fit][] {
  return Object.entries(fits).map(([name, fit]) => [`${group}.${name}`, fit]);
}
