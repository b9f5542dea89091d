/** Boards and a coordinator on lines without faults, in one process, as fast as it goes. */

import { Random } from "../../boards/chain/random.js";
import { CountedTransport, type Traffic } from "../../boards/transports/counted.js";
import type { BoardOptions } from "../../runtime/federated/board.js";
import { FederatedBoard } from "../../runtime/federated/board.js";
import {
  Coordinator,
  type CoordinatorOptions,
  type RoundReport,
} from "../../runtime/federated/coordinator.js";
import { MemoryTransport } from "../../runtime/pipeline/memory-transport.js";

/** A round, and what it took of the lines. */
export interface FederatedRound extends RoundReport {
  readonly traffic: Traffic;
}

/** What is learned where; and what goes over the lines. */
export interface Federation {
  readonly boards: readonly Pick<BoardOptions, "learner" | "begin" | "train">[];
  readonly coordinator: Pick<CoordinatorOptions, "learner" | "rounds"> & Partial<CoordinatorOptions>;
}

const MODEL = [1, 2, 3, 4, 5, 6, 7, 8];

/** Runs all rounds. */
export function federate({ boards, coordinator: options }: Federation): FederatedRound[] {
  const rounds: FederatedRound[] = [];
  let traffic: Traffic = { sent: 0, received: 0 };
  const random = new Random(5);
  const coordinator = new Coordinator({
    model: MODEL,
    random: random.bits,
    boards: boards.length,
    ...options,
    onRound: (report) => {
      rounds.push({ ...report, traffic });
      traffic = { sent: 0, received: 0 };
      options.onRound?.(report);
    },
  });
  const nodes = boards.map((board, id) => {
    const [here, there] = MemoryTransport.pair();
    coordinator.connect(new CountedTransport(here, () => traffic));
    return new FederatedBoard({ ...board, model: MODEL, random: random.bits, transport: there, id });
  });
  for (let now = 0; !coordinator.isDone; now++) {
    for (const node of nodes) node.poll(now);
    coordinator.poll(now);
  }
  return rounds;
}
