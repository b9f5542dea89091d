/** Runs a job in a process of its own that speaks the driver's protocol. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { type Duplex, Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { FlashBytes, Job, Machine, Report } from "./engine.js";
import { abort, exception, stopped, timedOut, trap } from "./failure.js";
import { type Frame, FrameReader } from "./frames.js";
import { frameKinds } from "./guest/protocol.js";
import { encodeJob } from "./job.js";
import { ReportBuilder } from "./report.js";

export interface Guest {
  /** Name of the engine. */
  readonly engine: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Working directory: where the artifact is staged. */
  readonly folder: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The machine, for engines that have one. */
  readonly machine: Machine;
  /** What the engine put in flash, if it has any. */
  readonly flash?: FlashBytes;
  /** Path of a socket that the process's descriptor 4 is to be; engines with a port of their own connect it themselves. */
  readonly uart?: string;
  /** The descriptor that the report comes from; 3 if not given. */
  readonly reportFrom?: 1 | 3;
}

/** How much of what a process prints is kept for a message. */
const outputBytes = 2000;

/**
 * The job goes to the process's descriptor 0, the report comes from another; what it prints is kept for messages.
 *
 * @throws Refusal where the model throws, the machine is full, nothing happens for too long or the process dies
 */
export async function runGuest(guest: Guest, job: Job): Promise<Report> {
  const { engine, folder, machine, reportFrom = 3 } = guest;
  const total = job.vectors.length;
  const seconds = job.stepSeconds ?? 120;
  const report = new ReportBuilder(
    job.vectors.map((steps) => steps.length),
    guest.flash,
  );
  const frames = new FrameReader();

  const child = spawn(...dyingWithParent(guest), {
    cwd: folder,
    env: guest.env ?? process.env,
    stdio: ["pipe", "pipe", "pipe", "pipe", guest.uart ? "pipe" : "ignore"],
  }) as ChildProcessByStdio<Writable, Readable, Readable>;
  if (guest.uart) joinPort(child.stdio[4] as unknown as Duplex, guest.uart);
  return new Promise<Report>((resolve, reject) => {
    let failure: unknown;
    let output = "";
    const fail = (error: unknown) => {
      failure ??= error;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => fail(timedOut(engine, seconds, report.completed)), 1000 * seconds);

    const take = (frame: Frame) => {
      timer.refresh();
      const text = () => frame.payload.toString();
      if (frame.kind === frameKinds.exception) throw exception(engine, text(), folder);
      if (frame.kind === frameKinds.abort) throw abort(engine, frame.id, text(), folder, machine);
      if (frame.kind === frameKinds.trap) throw trap(engine, frame.payload);
      const before = report.completed;
      report.add(frame);
      if (report.completed > before) job.onProgress?.({ what: "running", done: report.completed, total });
    };
    (child.stdio[reportFrom] as Readable).on("data", (chunk: Buffer) => {
      if (failure) return;
      try {
        for (const frame of frames.push(chunk)) take(frame);
      } catch (error) {
        fail(error);
      }
    });
    for (const stream of reportFrom === 1 ? [child.stderr] : [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(-outputBytes);
      });

    // A process that ends early takes no more input; why it ended is told below.
    pipeline(Readable.from(encodeJob(job)), child.stdin).catch(() => {});
    child.on("error", (error) => {
      clearTimeout(timer);
      reject(stopped(engine, error.message, ""));
    });
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      const finished = report.finish();
      if (failure) reject(failure);
      else if (finished && code === 0) resolve(finished);
      else reject(stopped(engine, signal ?? `exit code ${code}`, output.trim()));
    });
  });
}

/** Either end may go first. */
function joinPort(port: Duplex, path: string): void {
  const socket = connect(path);
  for (const end of [socket, port]) end.on("error", () => end.destroy());
  socket.pipe(port).pipe(socket);
}

/** Part of Debian's essential util-linux. */
const setpriv = "/usr/bin/setpriv";

/** Where the system can, the process ends with this one, however that is ended. */
function dyingWithParent({ command, args }: Guest): [command: string, args: readonly string[]] {
  if (!existsSync(setpriv)) return [command, args];
  return [setpriv, ["--pdeathsig", "KILL", "--", command, ...args]];
}
