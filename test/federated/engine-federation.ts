/** Boards on an engine and a coordinator in this process. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Random } from "../../boards/chain/random.js";
import type { Engine } from "../../boards/engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import type { Compression } from "../../runtime/federated/compression.js";
import { Coordinator } from "../../runtime/federated/coordinator.js";
import { A_ROUND, data, RATE_SHIFT } from "./digits.js";
import { boardArtifact, PolledLine } from "./emulated-board.js";
import { SoftmaxLearner } from "./softmax-learner.js";

/** The heap of an application that asks for nothing on an ESP32-C3. */
const MACHINE = {
  chunkBytes: 1536,
  slots: 512,
  stackSlots: 384,
  block: { bytes: 94_208, chunkIncrement: 512, slotIncrement: 64 },
};
/** Clocks of boards and of this process do not go alike: nobody is given up. */
const PATIENCE = { retry: 60_000, deadline: 1e6, roundDeadline: 1e6 };

/** As `federatedDigits`. @returns what the coordinator came to, and each board's checksum of what it came to */
export async function federateOn(
  engine: Engine,
  compression: Compression,
  rounds: number,
): Promise<{ readonly learner: SoftmaxLearner; readonly checksums: readonly number[] }> {
  const sources = await runtimeSources();
  const learner = new SoftmaxLearner();
  const coordinator = new Coordinator({
    ...{ model: [1, 2, 3, 4, 5, 6, 7, 8], random: new Random(8).bits },
    ...{ learner, rounds, boards: data.length, compression },
    ...PATIENCE,
  });
  const folder = await mkdtemp(join(tmpdir(), "xsnn-fed-"));
  const paths = data.map((_, id) => join(folder, String(id)));
  const lines = paths.map((path) => new PolledLine(path));
  for (const line of lines) coordinator.connect(line);
  const timer = setInterval(() => coordinator.poll(performance.now()), 2);
  try {
    const reports = await Promise.all(
      data.map((samples, id) =>
        engine.run({
          artifact: boardArtifact(sources, { samples, aRound: A_ROUND, rateShift: RATE_SHIFT }),
          module: "tiny",
          vectors: [[Uint8Array.of(id, 0, 0, 0)]],
          uart: paths[id],
          stepSeconds: 3000,
          machine: MACHINE,
        }),
      ),
    );
    return {
      learner,
      checksums: reports.map(({ vectors }) => Buffer.from(vectors[0].outputs[0]).readInt32LE(0)),
    };
  } finally {
    clearInterval(timer);
    for (const line of lines) line.close();
    await rm(folder, { recursive: true, force: true });
  }
}
