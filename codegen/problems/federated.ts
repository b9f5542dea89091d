import type { WordsOf } from "./problem.js";

/** What can be wrong with lines to boards, and with training that they share. */
export interface FederatedProblems {
  "listen-failed": { where: string; code: string; said: string };
  "not-trainable": { path: string };
  "federated-boards": { minimum: number; boards: number };
  "federated-interrupted": { round: number; rounds: number };
  "federated-no-labels": { path: string };
}

/** What the system calls reasons. */
const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "somebody else listens there",
  EADDRNOTAVAIL: "this computer has no such address",
  EACCES: "permission denied",
  ENOTFOUND: "there is no such host",
  ENOENT: "there is no such folder",
};

export const federatedWords: WordsOf<FederatedProblems> = {
  "listen-failed": ({ where, code, said }) => ({
    what: `cannot listen at ${where}: ${REASONS[code] ?? said}`,
    todo: "choose another port or path, or end what listens there",
  }),
  "not-trainable": ({ path }) => ({
    what: `nothing in ${path} is trained: boards with it have nothing to average`,
    todo: "compile it with --train, and put that into the application of the boards",
  }),
  "federated-boards": ({ minimum, boards }) => ({
    what: `a round waits for ${minimum} boards at least, and there are ${boards}`,
    todo: "give a --minimum of at most --boards",
  }),
  "federated-interrupted": ({ round, rounds }) => ({
    what: `interrupted after ${round} of ${rounds} rounds: nothing was written`,
    todo: "start it again; boards that are on join by themselves",
  }),
  "federated-no-labels": ({ path }) => ({
    what: `nothing says what the samples in ${path} are`,
    todo: "give --labels, or name the files after their labels, as in 7-1.png",
  }),
};
