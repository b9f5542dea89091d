/** XSNN_SCHEDULES=10000 runs that many fault schedules, XSNN_SEED=n that one alone. */
import { expect, it } from "vitest";
import { DEADLINE, expectedOutput, LAST_START, schedule, simulate } from "./simulator.js";
import { LATEST } from "./wire.js";

const COUNT = Number(process.env.XSNN_SCHEDULES ?? 100);
const ONLY = process.env.XSNN_SEED;

/** Checks a schedule's property; whether all outputs came. */
function check(seed: number): boolean {
  const plan = schedule(seed);
  const where = `XSNN_SEED=${seed}: ${JSON.stringify(plan)}`;
  const { outputs, failures, time } = simulate(plan);
  for (const [n, output] of outputs.entries())
    expect(Buffer.compare(output, expectedOutput(n, plan.stages)), `message ${n}, ${where}`).toBe(0);
  const isComplete = outputs.length === plan.messages;
  expect(isComplete || failures.length > 0, `ended at ${time} ms with nothing to say: ${where}`).toBe(true);
  for (const { reason } of failures) expect(["silent", "stalled"], where).toContain(reason);
  // A board that never comes back is reported within the stated time of its last bytes, which may be late on their way.
  if (plan.dead && !isComplete)
    expect(time, where).toBeLessThan(Math.max(plan.dead.at, LAST_START) + LATEST + DEADLINE + 100);
  return isComplete;
}

it("messages arrive once, in order and bit-identical, or an error is reported", () => {
  if (ONLY) return void check(Number(ONLY));
  let complete = 0;
  let lasting = 0;
  for (let seed = 0; seed < COUNT; seed++) {
    const isComplete = check(seed);
    if (schedule(seed).dead) continue;
    lasting++;
    if (isComplete) complete++;
  }
  console.log(
    `${complete} of ${lasting} schedules in which all boards come back came to an end without an error`,
  );
  expect(complete).toBeGreaterThan(0.97 * lasting);
});

it("a schedule can be replayed from its seed", () => {
  expect(simulate(schedule(5))).toEqual(simulate(schedule(5)));
});
