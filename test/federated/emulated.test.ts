/** Four boards under XS and a coordinator: the very bits that the same federation comes to on Node. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Random } from "../../boards/chain/random.js";
import type { Engine } from "../../boards/engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import type { Compression } from "../../runtime/federated/compression.js";
import { Coordinator } from "../../runtime/federated/coordinator.js";
import { data } from "./digits.js";
import { boardArtifact, checksum, PolledLine } from "./emulated-board.js";
import { federate } from "./federation.js";
import { SoftmaxLearner } from "./softmax-learner.js";

const ROUNDS = 2;
const BOARD = { aRound: 1, rateShift: 9 };
/** The heap of an application that asks for nothing on an ESP32-C3. */
const MACHINE = {
  chunkBytes: 1536,
  slots: 512,
  stackSlots: 384,
  block: { bytes: 94_208, chunkIncrement: 512, slotIncrement: 64 },
};

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "xsnn-fed-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function onNode(compression: Compression): number {
  const learner = new SoftmaxLearner();
  const boards = data.map((samples) => {
    const own = new SoftmaxLearner(BOARD.rateShift);
    let at = 0;
    let left = 0;
    return {
      learner: own,
      begin: () => {
        left = BOARD.aRound;
      },
      train: () => {
        if (left-- === 0) return 0;
        const { input, label } = samples[at++ % 12];
        own.learn(input, label);
        return 1;
      },
    };
  });
  federate({ coordinator: { learner, rounds: ROUNDS, compression }, boards });
  return checksum(learner.parameters);
}

async function onEngine(engine: Engine, compression: Compression) {
  const sources = await runtimeSources();
  const learner = new SoftmaxLearner();
  const coordinator = new Coordinator({
    model: [1, 2, 3, 4, 5, 6, 7, 8],
    random: new Random(8).bits,
    learner,
    rounds: ROUNDS,
    boards: data.length,
    compression,
    roundDeadline: 1e6,
    retry: 60_000,
    deadline: 1e6,
  });
  const paths = data.map((_, id) => join(folder, `${engine.name}-${compression.bits}-${id}`));
  const lines = paths.map((path) => new PolledLine(path));
  for (const line of lines) coordinator.connect(line);
  const timer = setInterval(() => coordinator.poll(performance.now()), 2);
  try {
    const reports = await Promise.all(
      data.map((samples, id) =>
        engine.run({
          artifact: boardArtifact(sources, { samples: samples.slice(0, 12), ...BOARD }),
          module: "tiny",
          vectors: [[Uint8Array.of(id, 0, 0, 0)]],
          uart: paths[id],
          stepSeconds: 600,
          machine: MACHINE,
        }),
      ),
    );
    const results = reports.map(({ vectors }) => Buffer.from(vectors[0].outputs[0]).readInt32LE(0));
    return { results, coordinated: checksum(learner.parameters) };
  } finally {
    clearInterval(timer);
    for (const line of lines) line.close();
  }
}

it.each([
  [xsEngine, { bits: 32, permille: 1000 }],
  [xsEngine, { bits: 8, permille: 100 }],
] as const)(
  "$name, %o",
  async (engine, compression) => {
    const expected = onNode(compression);
    const { results, coordinated } = await onEngine(engine, compression);
    expect(coordinated).toBe(expected);
    expect(results).toEqual(data.map(() => expected));
  },
  900_000,
);
