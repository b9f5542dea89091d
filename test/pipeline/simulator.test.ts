/** XSNN_SCHEDULES=10000 runs that many fault schedules, XSNN_SEED=n that one alone. */
import { expect, it } from "vitest";
import { LATEST } from "../../boards/chain/line.js";
import { arithmeticChain } from "./chain.js";
import { DEADLINE, LAST_START, type Schedule, schedule, simulate } from "./simulator.js";

const COUNT = Number(process.env.XSNN_SCHEDULES ?? 1000);
const ONLY = process.env.XSNN_SEED;

const chainOf = ({ boards, bytes, passing }: Schedule) => arithmeticChain(boards, bytes, passing);

/** Checks a schedule's property; whether all outputs came. */
function check(plan: Schedule): boolean {
  const { seed } = plan;
  const chain = chainOf(plan);
  const where = `XSNN_SEED=${seed}: ${JSON.stringify(plan)}`;
  const { outputs, failures, time } = simulate(plan, chain);
  for (const [n, output] of outputs.entries())
    if (Buffer.compare(output, chain.expected(n)) !== 0) expect.fail(`message ${n} is wrong, ${where}`);
  const isComplete = outputs.length === plan.messages;
  if (!isComplete && failures.length === 0) expect.fail(`ended at ${time} ms with nothing to say: ${where}`);
  for (const { reason } of failures) expect(["silent", "stalled"], where).toContain(reason);
  // A board that never comes back is reported within the stated time of its last bytes, which may be late on their way.
  if (plan.dead && !isComplete)
    expect(time, where).toBeLessThan(Math.max(plan.dead.at, LAST_START) + LATEST + DEADLINE + 200);
  return isComplete;
}

it("outputs are those of one board, once and in order, or an error is reported", () => {
  if (ONLY) return void check(schedule(Number(ONLY)));
  let complete = 0;
  let lasting = 0;
  for (let seed = 0; seed < COUNT; seed++) {
    const isComplete = check(schedule(seed));
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
  const plan = schedule(5);
  expect(simulate(plan, chainOf(plan))).toEqual(simulate(plan, chainOf(plan)));
});

const attacked = (seed: number): Schedule => ({ ...schedule(seed), dead: undefined, attacks: 0.2 });

it("whoever has no key can neither forge, replay nor reflect frames", () => {
  let complete = 0;
  for (let seed = 0; seed < COUNT / 20; seed++) if (check({ ...attacked(seed), isKeyed: true })) complete++;
  // Nor hold up the boards for good, where they are left some of the line.
  expect(complete).toBeGreaterThan(0.9 * (COUNT / 20));
});

it("where there is no key they can", () => {
  const isBroken = (seed: number) => {
    try {
      return !check(attacked(seed));
    } catch {
      return true;
    }
  };
  expect(Array.from({ length: 20 }, (_, seed) => seed).some(isBroken)).toBe(true);
});
