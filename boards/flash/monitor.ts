/** Shows what a board prints. */
import { setTimeout as sleep } from "node:timers/promises";
import { refuse } from "../../codegen/problems/problem.js";
import { ConsoleText } from "./console-text.js";
import type { SerialLine } from "./line.js";
import { type Verdict, VerdictReader } from "./verdict.js";

export interface MonitorJob {
  readonly line: SerialLine;
  readonly baud: number;
  /** Whether to restart the board, to see what it prints from its start on. */
  readonly reset: boolean;
  /** Whether to end with the verdict of its self-test. */
  readonly untilVerdict: boolean;
  /** How long to wait for that; without an end if not given. */
  readonly seconds?: number | undefined;
  readonly show: (text: string) => void;
  readonly interrupted?: AbortSignal | undefined;
}

/**
 * Shows the console until the verdict or an interruption.
 *
 * @returns the verdict, if one was waited for and nothing interrupted that
 * @throws Refusal `port-*` where the port cannot be had or goes away, `verdict-missing` where time is up
 */
export async function monitor(job: MonitorJob): Promise<Verdict | undefined> {
  const { line, seconds, interrupted } = job;
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Verdict | undefined>((resolve, reject) => {
      const end = (work: () => never) => {
        try {
          work();
        } catch (error) {
          reject(error);
        }
      };
      const [text, verdicts] = [new ConsoleText(), new VerdictReader()];
      line.onData = (bytes) => {
        const shown = text.push(bytes);
        job.show(shown);
        const verdict = verdicts.push(shown);
        if (verdict && job.untilVerdict) resolve(verdict);
      };
      line.onLost = () => end(() => refuse("port-lost", { path: line.path }));
      interrupted?.addEventListener("abort", () => resolve(undefined));
      if (interrupted?.aborted) resolve(undefined);
      if (seconds !== undefined)
        timer = setTimeout(() => end(() => refuse("verdict-missing", { seconds })), 1000 * seconds);
      start(job).catch(reject);
    });
  } finally {
    clearTimeout(timer);
    await line.close();
  }
}

async function start({ line, baud, reset }: MonitorJob): Promise<void> {
  await line.open(baud);
  if (!reset) return;
  await line.setSignals({ dtr: false, rts: true });
  if (!line.hasSignals) refuse("port-no-reset", { path: line.path });
  await sleep(100);
  await line.setSignals({ dtr: false, rts: false });
}
