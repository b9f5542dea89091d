/** XSNN_FEDERATIONS=10000 runs that many fault schedules, XSNN_SEED=n that one alone. */
import { expect, it } from "vitest";
import { Average } from "../../runtime/federated/average.js";
import { isExact } from "../../runtime/federated/compression.js";
import { addEntries } from "../../runtime/federated/entries.js";
import { copied, lengthsOf } from "../../runtime/federated/trainable.js";
import { newModel, samplesOf, storedOf, trainOn } from "./party.js";
import { type Outcome, type Phase, type Run, type Schedule, schedule, simulate } from "./simulator.js";

const COUNT = Number(process.env.XSNN_FEDERATIONS ?? 1000);
const ONLY = process.env.XSNN_SEED;

const model = newModel();
const untrained = copied(model.parameters);

function put(parameters: readonly Int32Array[]): void {
  for (const [t, tensor] of parameters.entries()) model.parameters[t].set(tensor);
  model.refresh();
}

/** What a store keeps of such parameters. */
function deployed(parameters: readonly Int32Array[]): string {
  put(parameters);
  return storedOf(model);
}

/** What a round must come to, if each of these boards trained once on what the round began with. */
function expected(start: readonly Int32Array[], boards: readonly number[]): Int32Array[] {
  const average = new Average(lengthsOf(start));
  for (const id of boards) {
    put(start);
    for (let sample = 0; sample < samplesOf(id); sample++) trainOn(model, id, sample);
    model.apply();
    const values = model.parameters.map((tensor, t) => tensor.map((value, i) => value - start[t][i]));
    average.add(
      values.map((it) => ({ indexes: undefined, values: it })),
      samplesOf(id),
    );
  }
  const result = copied(start);
  for (const [t, values] of average.mean().entries()) addEntries(result[t], { indexes: undefined, values });
  put(result);
  return copied(model.parameters);
}

/** Rounds follow from one another, and no board counts twice. */
function checkRun({ start, rounds }: Run, { compression, minimum }: Schedule, where: string): void {
  let parameters = start;
  for (const [i, round] of rounds.entries()) {
    const { boards, samples } = round.report;
    expect(round.report.round, where).toBe(i);
    expect(new Set(boards).size, where).toBe(boards.length);
    expect(boards.length, where).toBeGreaterThanOrEqual(minimum);
    expect(
      boards.reduce((sum, id) => sum + samplesOf(id), 0),
      where,
    ).toBe(samples);
    if (isExact(compression)) expect(`${round.parameters}`, where).toBe(`${expected(parameters, boards)}`);
    parameters = round.parameters;
  }
}

/** Whoever stops at whatever moment has what its round began with in flash, or what it had before if the power went while that was stored. */
function checkStores({ runs, boots, wear }: Outcome, where: string): void {
  for (const [i, { start }] of runs.slice(1).entries()) {
    const came = [runs[i].start, ...runs[i].rounds.map(({ parameters }) => parameters)];
    expect(came.slice(-2).map(String), where).toContain(`${start}`);
  }
  const averages = new Set(
    runs.flatMap(({ start, rounds }) => [start, ...rounds.map((it) => it.parameters)]).map(deployed),
  );
  for (const { phase, found, whole, last } of boots) {
    if (phase !== "storing") expect(found, where).toBe(whole);
    else expect([whole, last], where).toContain(found);
    if (found !== undefined) expect(averages.has(found), where).toBe(true);
  }
  for (const { erasures, rounds, cuts } of wear) expect(erasures, where).toBeLessThanOrEqual(rounds + cuts);
}

function check(seed: number): Outcome & { readonly heard: number } {
  const plan = schedule(seed);
  const where = `XSNN_SEED=${seed}: ${JSON.stringify(plan)}`;
  const outcome = simulate(plan);
  const { runs, starts, ends, isOver, time } = outcome;
  expect(isOver, `not over at ${time} ms: ${where}`).toBe(true);
  expect(runs[0].start, where).toEqual(untrained);
  for (const run of runs) checkRun(run, plan, where);
  checkStores(outcome, where);
  const known = new Set(
    runs.flatMap(({ start, rounds }) => [`${start}`, ...rounds.map(({ parameters }) => `${parameters}`)]),
  );
  // Whatever was lost or doubled, boards train from the very parameters that rounds came to, and end with the last.
  for (const { parameters } of starts) expect(known.has(`${parameters}`), where).toBe(true);
  const [result] = runs.at(-1)!.rounds.slice(-1);
  for (const { parameters } of ends) expect(`${parameters}`, where).toBe(`${result.parameters}`);
  const lasting = ends.filter(({ id }) => !plan.dead.some(({ board }) => board === id));
  return { ...outcome, heard: lasting.length / (plan.boards - plan.dead.length) };
}

it("rounds come to what their boards' updates come to, each counted once, and stores keep them, whatever fails when", () => {
  if (ONLY) return void check(Number(ONLY));
  const stopped: Record<Phase, number> = { joining: 0, training: 0, storing: 0, "sending or waiting": 0 };
  let [heard, again, erasures, rounds] = [0, 0, 0, 0];
  for (let seed = 0; seed < COUNT; seed++) {
    const outcome = check(seed);
    heard += outcome.heard;
    again += outcome.runs.length - 1;
    for (const { phase } of outcome.boots) stopped[phase]++;
    for (const wear of outcome.wear) {
      erasures += wear.erasures;
      rounds += wear.rounds;
    }
  }
  console.log(`${((100 * heard) / COUNT).toFixed(1)} % of the boards that last have heard of the end`);
  console.log(
    `boards started anew after they stopped while ${JSON.stringify(stopped)}, coordinators ${again} times`,
  );
  console.log(`${erasures} erasures in ${rounds} rounds of a board`);
  expect(heard).toBeGreaterThan(0.8 * COUNT);
  for (const times of Object.values(stopped)) expect(times).toBeGreaterThan(COUNT / 50);
  expect(again).toBeGreaterThan(COUNT / 10);
}, 1_800_000);

it("a schedule can be replayed from its seed", () => {
  expect(simulate(schedule(3))).toEqual(simulate(schedule(3)));
});
