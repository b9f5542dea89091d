/** XSNN_SCHEDULES=10000 runs that many fault schedules, XSNN_SEED=n that one alone. */
import { expect, it } from "vitest";
import { Average } from "../../runtime/federated/average.js";
import { isExact } from "../../runtime/federated/compression.js";
import { addEntries } from "../../runtime/federated/entries.js";
import { copied, lengthsOf } from "../../runtime/federated/trainable.js";
import { type Run, type Schedule, samplesOf, schedule, simulate, trainOn } from "./simulator.js";

const COUNT = Number(process.env.XSNN_SCHEDULES ?? 40);
const ONLY = process.env.XSNN_SEED;

/** What a round must come to, if each of these boards trained once on what the round began with. */
function expected(start: readonly Int32Array[], boards: readonly number[]): Int32Array[] {
  const average = new Average(lengthsOf(start));
  for (const id of boards) {
    const parameters = copied(start);
    for (let sample = 0; sample < samplesOf(id); sample++) trainOn(parameters, id, sample);
    const differences = parameters.map((tensor, t) => ({
      indexes: undefined,
      values: tensor.map((value, i) => Math.max(-(2 ** 31) + 1, Math.min(2 ** 31 - 1, value - start[t][i]))),
    }));
    average.add(differences, samplesOf(id));
  }
  const result = copied(start);
  for (const [t, values] of average.mean().entries()) addEntries(result[t], { indexes: undefined, values });
  return result;
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
    if (isExact(compression)) expect(round.parameters, where).toEqual(expected(parameters, boards));
    parameters = round.parameters;
  }
}

function check(seed: number): number {
  const plan = schedule(seed);
  const where = `XSNN_SEED=${seed}: ${JSON.stringify(plan)}`;
  const { runs, starts, ends, isOver, time } = simulate(plan);
  expect(isOver, `not over at ${time} ms: ${where}`).toBe(true);
  for (const run of runs) checkRun(run, plan, where);
  // A coordinator that starts anew goes on where the one before it had got to: what was lost is one round's work.
  for (const [i, { start }] of runs.slice(1).entries())
    expect(start, where).toEqual(runs[i].rounds.at(-1)?.parameters ?? runs[i].start);
  const known = new Set(
    runs.flatMap(({ start, rounds }) => [`${start}`, ...rounds.map(({ parameters }) => `${parameters}`)]),
  );
  // Whatever was lost or doubled, boards train from the very parameters that rounds came to, and end with the last.
  for (const { parameters } of starts) expect(known.has(`${parameters}`), where).toBe(true);
  for (const { parameters } of ends) expect(known.has(`${parameters}`), where).toBe(true);
  const lasting = ends.filter(({ id }) => !plan.dead.some(({ board }) => board === id));
  return lasting.length / (plan.boards - plan.dead.length);
}

it("rounds come to what their boards' updates come to, each counted once, on lines and boards that fail", () => {
  if (ONLY) return void check(Number(ONLY));
  let heard = 0;
  for (let seed = 0; seed < COUNT; seed++) heard += check(seed);
  console.log(`${((100 * heard) / COUNT).toFixed(1)} % of the boards that last have heard of the end`);
  expect(heard).toBeGreaterThan(0.8 * COUNT);
}, 600_000);

it("a schedule can be replayed from its seed", () => {
  expect(simulate(schedule(3))).toEqual(simulate(schedule(3)));
});
