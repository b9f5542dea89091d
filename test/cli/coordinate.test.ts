/** `xsnn coordinate`, with boards in this process. */
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { Random } from "../../boards/chain/random.js";
import { engineByName } from "../../boards/index.js";
import { connectSocket } from "../../boards/transports/socket.js";
import { main } from "../../codegen/cli/program.js";
import { hashWords } from "../../codegen/emit/structure.js";
import { FederatedBoard } from "../../runtime/federated/board.js";
import { HEADER_BYTES } from "../../runtime/store/header.js";
import { MemoryPartition } from "../../runtime/store/memory-partition.js";
import { ModelStore } from "../../runtime/store/store.js";
import { compileTrainable } from "../federated/trainable-artifact.js";
import { codesOf, folderNames, inEmptyFolder, writeModel, xsnn } from "./harness.js";
import { denseModel } from "./models.js";

inEmptyFolder();

/** All but the artifact. */
const LINE = "--listen unix:line --rounds 2 --key update-key.pem --counter 3 -o out.xsnn --json".split(" ");

async function prepared() {
  writeModel("dense.tflite", denseModel());
  const { publicKey } = JSON.parse((await xsnn("key", "--json")).out);
  return { publicKey, ...(await compileTrainable("dense")) };
}

/** A board whose training adds 2^16 · id to each parameter, which is id to each weight. */
async function board(id: number, model: string, count: number): Promise<FederatedBoard> {
  while (!existsSync("line")) await sleep(10);
  const { transport, close } = await connectSocket({ path: "line" });
  const learner = { parameters: [new Int32Array(count)], refresh: () => {} };
  let hasTrained = false;
  const made = new FederatedBoard({
    transport,
    id,
    learner,
    model: hashWords(model),
    random: new Random(50 + id).bits,
    begin: () => {
      hasTrained = false;
    },
    train: () => {
      if (hasTrained) return 0;
      hasTrained = true;
      for (const i of learner.parameters[0].keys()) learner.parameters[0][i] += id * 65536;
      return 10;
    },
  });
  const timer = setInterval(() => {
    made.poll(performance.now());
    if (!made.isFinished && made.refused === undefined) return;
    clearInterval(timer);
    setTimeout(close, 500);
    const last = setInterval(() => made.poll(performance.now()), 5);
    setTimeout(() => clearInterval(last), 500);
  }, 2);
  return made;
}

it("averages what boards learn, and packs what a store takes", async () => {
  const { publicKey, structure, count } = await prepared();
  const called = xsnn("coordinate", "dense", "--boards", "2", ...LINE);
  await Promise.all([board(1, structure, count), board(3, structure, count)]);
  const { code, out, err } = await called;
  expect([code, err]).toEqual([0, "listening at unix:line\n"]);
  const found = JSON.parse(out);
  expect(found).toMatchObject({ output: "out.xsnn", counter: 3, erasures: 2 });
  expect(found.rounds).toHaveLength(2);
  expect(found.rounds[0]).toMatchObject({ round: 1, samples: 20, dropped: 0 });
  expect(found.rounds[0].sentBytes).toBeGreaterThan(8 * count);
  const update = readFileSync("out.xsnn");
  expect(found.bytes).toBe(update.length);
  // Twice the mean of 1 and 3.
  const plan = JSON.parse(readFileSync("dense/plan.json", "utf8"));
  const [{ from, length }] = plan.hot.parts;
  const expected = new Int8Array(readFileSync("dense/weights.bin"));
  for (let i = from; i < from + length; i++) expected[i] = Math.min(127, expected[i] + 4);
  const weights = update.subarray(HEADER_BYTES, HEADER_BYTES + expected.length);
  expect(new Int8Array(weights)).toEqual(expected);
  const store = new ModelStore({
    partition: new MemoryPartition(16 * 4096),
    structure: { hash: hashWords(structure), weightsBytes: plan.weightsBytes },
    publicKey,
  });
  store.open();
  const taken = store.update();
  taken.write(update);
  taken.end();
  expect(new Int8Array(store.open()!)).toEqual(expected);
}, 60_000);

it("goes on without a board that stays away, and says why another was refused", async () => {
  const { structure, count } = await prepared();
  const called = xsnn("coordinate", "dense", "--boards", "2", "--deadline", "1", ...LINE);
  const [, other] = await Promise.all([
    board(1, structure, count),
    board(
      2,
      structure.replace(/./, (digit) => (digit === "0" ? "1" : "0")),
      count,
    ),
  ]);
  const { code, out, err } = await called;
  expect(code).toBe(0);
  expect(err).toContain("refused: the peer has a part of another model");
  expect(other.refused).toContain("another model");
  expect(JSON.parse(out).rounds.map(({ boards }: { boards: number[] }) => boards)).toEqual([[1], [1]]);
}, 60_000);

it.each([
  ["more boards are waited for than there are", ["--boards", "2", "--minimum", "3"], "federated-boards"],
  ["the key is missing", ["--boards", "2", "--key", "none.pem"], "file-not-readable"],
  ["nothing can listen there", ["--boards", "2", "--listen", "unix:none/line"], "listen-failed"],
])("refuses where %s, and writes nothing", async (_, flags, problem) => {
  await prepared();
  const before = folderNames();
  const called = await xsnn("coordinate", "dense", ...LINE, ...flags);
  expect([called.code, codesOf(called)]).toEqual([1, [problem]]);
  expect(folderNames().filter((name) => name !== "line")).toEqual(before);
});

it("refuses addresses that are none, and models that learn nothing", async () => {
  await prepared();
  const wrong = await xsnn("coordinate", "dense", ...LINE, "--boards", "2", "--listen", "http://here");
  expect([wrong.code, codesOf(wrong)]).toEqual([1, ["arguments"]]);
  writeModel("still.tflite", denseModel());
  await xsnn("compile", "still.tflite", "--updatable", "all");
  const still = await xsnn("coordinate", "still", ...LINE, "--boards", "2");
  expect([still.code, codesOf(still)]).toEqual([1, ["not-trainable"]]);
});

it("an interruption ends it at once, with nothing written", async () => {
  await prepared();
  const before = folderNames();
  const interrupted = new AbortController();
  let said = "";
  const say = (text: string) => {
    said += text;
  };
  const io = { out: () => {}, err: () => {}, debug: false, interrupted: interrupted.signal, lastWords: say };
  const ended = main(["coordinate", "dense", "--boards", "2", ...LINE], io, async (name) =>
    engineByName(name),
  );
  while (!existsSync("line")) await sleep(10);
  interrupted.abort();
  expect(await ended).toBe(1);
  expect(said).toContain("interrupted after 0 of 2 rounds: nothing was written");
  expect(folderNames()).toEqual(before);
});
