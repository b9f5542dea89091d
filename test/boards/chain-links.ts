/** The links of a chain of boards in tests. */
import type { Faults } from "../../boards/chain/line.js";
import type { ChainJob } from "../../boards/chain/run-chain.js";

/** Links that keep little, over lines of a UART's speed. @param cuts a place between two boards each */
export function chainLinks(cuts: readonly number[], faults: Faults): Pick<ChainJob, "links" | "lines"> {
  return {
    links: cuts.map((_, i) => ({
      payloadBytes: 2048,
      window: 4,
      inbox: 1,
      outbox: cuts.length - i + 1,
      retry: 200,
    })),
    lines: cuts.map(() => ({ bytesPerMs: 92, queueBytes: 4200, delay: 0.1, faults })),
  };
}
