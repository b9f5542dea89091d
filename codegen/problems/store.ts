import type { WordsOf } from "./problem.js";

/** What can be wrong with an update and with the keys that it is signed with. */
export interface StoreProblems {
  "not-updatable": { path: string };
  "no-structure": { path: string };
  "structure-differs": { path: string; other: string; parts: readonly string[] };
  "key-malformed": { path: string; why: string };
  "key-exists": { path: string };
  "update-malformed": { path: string; why: string };
  "vectors-differ": { path: string; steps: number; name: string; found: number };
}

/** Parts that are named; the others are counted. */
const SHOWN = 4;

export const storeWords: WordsOf<StoreProblems> = {
  "not-updatable": ({ path }) => ({
    what: `the weights of ${path} are in its code, where no update reaches them`,
    todo: "compile it with --updatable all, flash that application, and pack updates from then on",
  }),
  "no-structure": ({ path }) => ({
    what: `the plan in ${path} does not say what is baked into its code`,
    todo: "compile the model again",
  }),
  "structure-differs": ({ path, other, parts }) => {
    const more = parts.length > SHOWN ? `, and ${parts.length - SHOWN} more` : "";
    return {
      what: `boards with ${other} would refuse ${path}: their code differs in ${parts.slice(0, SHOWN).join(", ")}${more}`,
      todo:
        "an update replaces weights alone: keep shapes, order and activations' scales and zero points, compile with the same " +
        "options and the same xsnn, or flash a new application",
    };
  },
  "key-malformed": ({ path, why }) => ({
    what: `${path} holds no key to sign with: ${why}`,
    todo: "give the private key that `xsnn key` wrote",
  }),
  "key-exists": ({ path }) => ({
    what: `${path} exists, and keys are never overwritten: boards that trust a key that is gone can take no update any more`,
    todo: "choose another file with -o",
  }),
  "update-malformed": ({ path, why }) => ({
    what: `${path} is no update: ${why}`,
    todo: "give a file that `xsnn pack` made",
  }),
  "vectors-differ": ({ path, steps, name, found }) => ({
    what: `${path} has ${steps} steps and ${name} has ${found}: the vectors of an update are all of as many`,
    todo: "give inputs of the same number of steps",
  }),
};
