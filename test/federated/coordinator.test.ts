import { expect, it } from "vitest";
import { Random } from "../../boards/chain/random.js";
import { FederatedBoard } from "../../runtime/federated/board.js";
import {
  Coordinator,
  type CoordinatorOptions,
  type RoundReport,
} from "../../runtime/federated/coordinator.js";
import { Courier } from "../../runtime/federated/courier.js";
import { joinMessage, NO_ROUND, readOpening, updateMessage } from "../../runtime/federated/messages.js";
import { exactTensors } from "../../runtime/federated/tensors.js";
import type { Trainable } from "../../runtime/federated/trainable.js";
import { MemoryTransport } from "../../runtime/pipeline/memory-transport.js";

const MODEL = [1, 2, 3, 4, 5, 6, 7, 8];
const LENGTHS = [2, 1];

class Plain implements Trainable {
  readonly parameters: readonly Int32Array[];
  refreshed = 0;

  constructor(lengths: readonly number[] = LENGTHS) {
    this.parameters = lengths.map((length) => new Int32Array(length));
  }

  refresh(): void {
    this.refreshed++;
  }
}

function coordinated(options: Partial<CoordinatorOptions> = {}) {
  const learner = new Plain();
  const reports: RoundReport[] = [];
  const refusals: string[] = [];
  const random = new Random(1).bits;
  const coordinator = new Coordinator({
    model: MODEL,
    random,
    learner,
    rounds: 2,
    boards: 2,
    onRound: (report) => reports.push(report),
    onRefused: (why) => refusals.push(why),
    ...options,
  });
  return { coordinator, learner, reports, refusals };
}

/** A board whose training adds its id to each element, on as many samples. */
function board(
  coordinator: Coordinator,
  id: number,
  learner = new Plain(),
  model = MODEL,
  [here, there] = MemoryTransport.pair(),
) {
  coordinator.connect(here);
  let hasTrained = false;
  return new FederatedBoard({
    model,
    random: new Random(100 + id).bits,
    transport: there,
    id,
    learner,
    begin: () => {
      hasTrained = false;
    },
    train: () => {
      if (hasTrained) return 0;
      hasTrained = true;
      for (const tensor of learner.parameters) for (const i of tensor.keys()) tensor[i] += id;
      return id;
    },
  });
}

/** A board by hand, which says whatever it is told to. */
function hand(coordinator: Coordinator, seed: number) {
  const [here, there] = MemoryTransport.pair();
  coordinator.connect(here);
  return new Courier({ model: MODEL, random: new Random(seed).bits, transport: there }, LENGTHS);
}

type Polled = { poll(now: number): void };

let now = 0;
function run(nodes: readonly Polled[], milliseconds = 500): void {
  for (const end = now + milliseconds; now < end; now += 10) for (const node of nodes) node.poll(now);
}

const polled = (courier: Courier): Polled => ({ poll: (at) => void courier.tick(at) });

it("goes through its rounds, and all boards have what they came to", () => {
  const { coordinator, learner, reports } = coordinated();
  const learners = [new Plain(), new Plain()];
  const boards = learners.map((each, i) => board(coordinator, i + 1, each));
  run([coordinator, ...boards]);
  expect(coordinator.isDone).toBe(true);
  // (1 · 1 + 2 · 2) / 3 is 2 to the nearest, in each of two rounds.
  for (const { parameters } of [learner, ...learners])
    expect(parameters.map((it) => Array.from(it))).toEqual([[4, 4], [4]]);
  expect(
    reports.map(({ round, boards, samples }) => ({ round, boards: [...boards].sort(), samples })),
  ).toEqual([
    { round: 0, boards: [1, 2], samples: 3 },
    { round: 1, boards: [1, 2], samples: 3 },
  ]);
  expect(boards.map(({ isFinished }) => isFinished)).toEqual([true, true]);
  expect(learners[0].refreshed).toBe(3);
});

it("closes a round at its deadline with those who have answered, but not with too few", () => {
  const { coordinator, reports } = coordinated({ boards: 3, minimum: 2, roundDeadline: 300, rounds: 1 });
  const one = board(coordinator, 1);
  run([coordinator, one], 600);
  expect(reports).toEqual([]);
  const other = board(coordinator, 2);
  run([coordinator, one, other], 200);
  expect(reports).toMatchObject([{ boards: [1, 2] }]);
});

it("a board that joins late takes part from the round on that is open", () => {
  const { coordinator, reports } = coordinated({ roundDeadline: 200, rounds: 3 });
  const one = board(coordinator, 1);
  run([coordinator, one], 300);
  expect(reports).toMatchObject([{ round: 0, boards: [1] }]);
  const late = board(coordinator, 2);
  run([coordinator, one, late], 600);
  expect(reports.slice(1).map(({ boards }) => [...boards].sort())).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(late.isFinished).toBe(true);
});

it("what a board has trained comes when its line does, and is trained once", () => {
  const { coordinator, reports } = coordinated({ minimum: 2, rounds: 1 });
  const [here, there] = MemoryTransport.pair();
  const write = there.write.bind(there);
  const learner = new Plain();
  const one = board(coordinator, 1, learner, MODEL, [here, there]);
  const other = board(coordinator, 2);
  while (!one.isBusy) run([coordinator, other, one], 10);
  there.write = () => {};
  run([coordinator, other, one], 12_000); // both give the line up, once and again
  expect(coordinator.answers).toBe(1);
  expect(learner.refreshed).toBe(1);
  there.write = write;
  run([coordinator, other, one], 2000);
  expect(reports).toMatchObject([{ samples: 3, dropped: 0 }]);
  expect(learner.refreshed).toBe(2); // of the end
});

it("an update counts once, in its round and its run, with a count that is possible", () => {
  const { coordinator, learner, reports } = coordinated();
  const courier = hand(coordinator, 7);
  const nodes = [coordinator, polled(courier)];
  const say = (bytes: Uint8Array) => {
    courier.send(bytes);
    run(nodes, 100);
  };
  run(nodes, 100);
  say(joinMessage({ id: 5, run: 0, holds: NO_ROUND, lengths: LENGTHS }));
  let opening: ReturnType<typeof readOpening>;
  for (let bytes = courier.take(); bytes; bytes = courier.take()) {
    opening = readOpening(bytes, LENGTHS) ?? opening;
    run(nodes, 50);
  }
  const { run: name, round } = opening!;
  const tensors = exactTensors([Int32Array.of(10, 20), Int32Array.of(30)]);
  const update = { id: 5, run: name, round, samples: 4 };
  say(updateMessage({ ...update, run: name + 2 }, tensors));
  say(updateMessage({ ...update, round: 1 }, tensors));
  say(updateMessage({ ...update, samples: 0 }, tensors));
  say(updateMessage({ ...update, samples: -4 }, tensors));
  say(updateMessage({ ...update, samples: 2 ** 22 }, tensors));
  say(updateMessage(update, exactTensors([Int32Array.of(10, 20)])));
  say(Uint8Array.of(1, 2));
  expect(coordinator.answers).toBe(0);
  say(updateMessage(update, tensors));
  say(updateMessage(update, tensors));
  // Who starts anew in the middle of a round does not answer it again.
  say(joinMessage({ id: 5, run: 0, holds: NO_ROUND, lengths: LENGTHS }));
  say(updateMessage(update, tensors));
  expect(coordinator.answers).toBe(1);
  run([...nodes, board(coordinator, 10)]);
  expect(reports).toMatchObject([{ boards: [5, 10], samples: 14, dropped: 4 }]);
  expect(learner.parameters.map((it) => Array.from(it))).toEqual([[10, 13], [16]]);
});

it("refuses a board of another model, and of other tensors, which learn why", () => {
  const { coordinator, refusals } = coordinated();
  const other = board(coordinator, 1, new Plain(), [1, 2, 3, 4, 5, 6, 7, 9]);
  const wrong = board(coordinator, 2, new Plain([3, 1]));
  run([coordinator, other, wrong]);
  expect(refusals[0]).toContain("another model");
  expect(refusals[1]).toBe(
    "board 2 has tensors of 3,1 elements and the coordinator of 2,1: compile both from one model",
  );
  expect(other.refused).toContain("another model");
  expect(wrong.refused).toBe(
    "the coordinator has tensors of 2,1 elements and this board of 3,1: compile both from one model",
  );
  expect(coordinator.joined).toBe(0);
});

it("another protocol is refused on both sides", () => {
  const { coordinator, refusals } = coordinated();
  const courier = hand(coordinator, 7);
  run([coordinator, polled(courier)], 100);
  const join = joinMessage({ id: 5, run: 0, holds: NO_ROUND, lengths: LENGTHS });
  join[1] = 9;
  courier.send(join);
  run([coordinator, polled(courier)], 100);
  expect(refusals).toEqual([
    "a board has protocol 9 and the coordinator 2: take both from one version of xsnn",
  ]);
});

it("a line that is gone is not waited for", () => {
  const { coordinator } = coordinated({ rounds: 1, roundDeadline: 100 });
  const [here] = MemoryTransport.pair();
  coordinator.connect(here);
  run([coordinator, board(coordinator, 1)]);
  coordinator.disconnect(here);
  run([coordinator], 10);
  expect(coordinator.isDone).toBe(true);
});

it.each([
  { rounds: 0, message: "0 rounds: give 1 to 1000000" },
  { boards: 0, message: "0 boards: give 1 to 1000" },
  { minimum: 3, message: "a minimum of 3 boards: give 1 to 2" },
])("numbers that are out of range are refused: $message", ({ message, ...options }) => {
  expect(() => coordinated(options)).toThrow(message);
});
