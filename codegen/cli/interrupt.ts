/** Ctrl-C and `kill`: what runs is stopped, temporary folders go, and the process ends as its caller expects it. */
import type { ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import type { Io } from "./io.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long the way out may take, such as that of a download that hangs. */
const GRACE_MS = 3000;

/**
 * Runs `work` so that a signal kills the processes it started, and aborts `io.interrupted`: it fails then, and cleans up as
 * after any failure, but says nothing except through `io.lastWords`. Then the signal ends this process. A second signal ends it at once.
 */
export async function interruptible(io: Io, work: (io: Io) => Promise<number>): Promise<number> {
  const children = new Set<ChildProcess>();
  let received: NodeJS.Signals | undefined;
  // Node tells of each child when it is made, and only with "spawn" is there something to kill.
  subscribe("child_process", (message) => {
    const { process: child } = message as { readonly process: ChildProcess };
    child.once("spawn", () => {
      if (received) child.kill("SIGKILL");
      else children.add(child);
    });
    child.once("exit", () => children.delete(child));
  });
  const interrupted = new AbortController();
  const end = () => process.kill(process.pid, received);
  const interrupt = (signal: NodeJS.Signals) => {
    received = signal;
    for (const name of SIGNALS) process.off(name, interrupt);
    for (const child of children) child.kill("SIGKILL");
    interrupted.abort();
    setTimeout(end, GRACE_MS).unref();
  };
  for (const name of SIGNALS) process.on(name, interrupt);
  const unlessInterrupted = (write: Io["out"]) => (text: string) => {
    if (!received) write(text);
  };
  const code = await work({
    ...io,
    out: unlessInterrupted(io.out),
    err: unlessInterrupted(io.err),
    lastWords: io.err,
    interrupted: interrupted.signal,
  });
  if (received) end();
  return code;
}
