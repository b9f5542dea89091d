/** Rounds with boards at lines that come and go, until all are over or somebody interrupts. */
import { randomBytes } from "node:crypto";
import type { Address } from "../../../boards/transports/address.js";
import { CountedTransport, type Traffic } from "../../../boards/transports/counted.js";
import type { Listener } from "../../../boards/transports/lines.js";
import { listen } from "../../../boards/transports/listen.js";
import {
  Coordinator,
  type CoordinatorOptions,
  type RoundReport,
} from "../../../runtime/federated/coordinator.js";
import type { Transport } from "../../../runtime/pipeline/transport.js";
import { refuse } from "../../problems/problem.js";

/** A round, and the bytes that were on each address's lines since the one before. */
export interface Round extends RoundReport {
  readonly traffic: readonly Traffic[];
}

export interface Session {
  readonly addresses: readonly Address[];
  readonly options: Omit<CoordinatorOptions, "random" | "onRound" | "onRefused">;
  readonly interrupted: AbortSignal | undefined;
  /** Boards can connect from now on. */
  readonly onListening: (addresses: readonly string[]) => void;
  readonly onRound: (round: Round) => void;
  readonly onRefused: (why: string) => void;
}

const POLL_MS = 3;

/** After all rounds, boards that do not answer are waited for no longer than this. */
const GOODBYE_MS = 10_000;

/** @throws Refusal where nothing can listen, or `federated-interrupted` */
export async function coordinate(session: Session): Promise<void> {
  const { addresses, options, onListening, onRound, onRefused } = session;
  let traffic = addresses.map((): Traffic => ({ sent: 0, received: 0 }));
  const coordinator = new Coordinator({
    ...options,
    random: () => randomBytes(4).readInt32LE(),
    onRound: (report) => {
      onRound({ ...report, traffic });
      traffic = addresses.map(() => ({ sent: 0, received: 0 }));
    },
    onRefused,
  });
  const counted = new Map<Transport, Transport>();
  const listeners: Listener[] = [];
  try {
    for (const [i, address] of addresses.entries())
      listeners.push(
        await listen(address, {
          onLine: (line) => {
            const transport = new CountedTransport(line, () => traffic[i]);
            counted.set(line, transport);
            coordinator.connect(transport);
          },
          onGone: (line) => {
            coordinator.disconnect(counted.get(line)!);
            counted.delete(line);
          },
        }),
      );
    onListening(listeners.map(({ address }) => address));
    await rounds(coordinator, session);
  } finally {
    await Promise.all(listeners.map((listener) => listener.close()));
  }
}

/** Polls until all is done. */
async function rounds(coordinator: Coordinator, { options, interrupted }: Session): Promise<void> {
  let overAt: number | undefined;
  await new Promise<void>((resolve, reject) => {
    const timer = setInterval(() => {
      try {
        const now = performance.now();
        if (interrupted?.aborted)
          refuse("federated-interrupted", { round: coordinator.round, rounds: options.rounds });
        coordinator.poll(now);
        if (coordinator.isOver) overAt ??= now;
        if (!coordinator.isDone && !(overAt !== undefined && now - overAt > GOODBYE_MS)) return;
        clearInterval(timer);
        resolve();
      } catch (error) {
        clearInterval(timer);
        reject(error);
      }
    }, POLL_MS);
  });
}
