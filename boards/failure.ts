/** What an engine says when it fails, as a problem. */
import { type Problem, Refusal } from "../codegen/problems/problem.js";
import type { Machine } from "./engine.js";
import { abortReasons } from "./guest/protocol.js";

/** The text of an error's stack, taken apart. `at` is the innermost place that has a file and a line. */
export interface ErrorText {
  readonly message: string;
  readonly at: string;
}

/** @param folder what to take off the paths of files */
export function parseStack(text: string, folder: string): ErrorText {
  const lines = text.replaceAll(`file://${folder}/`, "").replaceAll(`${folder}/`, "").split("\n");
  const isCall = (line: string) => /^\s+at\b/.test(line);
  const firstCall = lines.findIndex(isCall);
  const places = lines
    .filter(isCall)
    .map((line) => /([^\s()]+:\d+)\)?$/.exec(line)?.[1] ?? "")
    .filter((place) => place && !place.startsWith("node:"));
  const message = lines
    .slice(0, firstCall < 0 ? undefined : firstCall)
    .join("\n")
    .trim();
  return { message, at: places[0] ?? "" };
}

export function exception(engine: string, text: string, folder: string): Refusal {
  const { message, at } = parseStack(text, folder);
  return refusal({ code: "engine-exception", place: {}, details: { engine, message, at } });
}

/** @param reason one of `abortReasons` */
export function abort(
  engine: string,
  reason: number,
  text: string,
  folder: string,
  machine: Machine,
): Refusal {
  const { message, at } = parseStack(text, folder);
  const said = message.replace(/^# /, "");
  const { chunkBytes, slots, block } = machine;
  const full = (heap: "chunk" | "slot", size: string) =>
    refusal({
      code: "machine-full",
      place: {},
      details: block
        ? { heap: "block", size: `${block.bytes} bytes for chunks, slots and stack`, said, at }
        : { heap, size, said, at },
    });
  switch (reason) {
    case abortReasons.chunks:
      return full("chunk", `${chunkBytes} bytes`);
    case abortReasons.slots:
      return full("slot", `${slots} slots`);
    case abortReasons.stack:
      return refusal({ code: "machine-stack", place: {}, details: { slots: machine.stackSlots, at } });
    default:
      return stopped(engine, said, "");
  }
}

export function stopped(engine: string, how: string, output: string): Refusal {
  return refusal({ code: "engine-stopped", place: {}, details: { engine, how, output } });
}

/** @param payload of a frame `trap` */
export function trap(engine: string, payload: Buffer): Refusal {
  const [cause, pc, address] = [0, 4, 8].map((at) => payload.readUInt32LE(at));
  return refusal({ code: "engine-trap", place: {}, details: { engine, cause, pc, address } });
}

export function timedOut(engine: string, seconds: number, vector: number): Refusal {
  return refusal({ code: "engine-timeout", place: {}, details: { engine, seconds, vector } });
}

function refusal(problem: Problem): Refusal {
  return new Refusal([problem]);
}
