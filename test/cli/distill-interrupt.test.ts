/** A training that is stopped leaves nothing half-written, and goes on to the same bytes. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { dump } from "npyjs";
import { beforeEach, describe, expect, it } from "vitest";
import { images, tiny } from "../compress/train/tiny.js";
import { codesOf, folderNames, inEmptyFolder, writeModel, xsnn } from "./harness.js";

const ROOT = resolve(import.meta.dirname, "../..");
const XSNN = [
  "--import",
  join(ROOT, "node_modules/tsx/dist/esm/index.mjs"),
  join(ROOT, "codegen/cli/main.ts"),
];
const INPUTS = ["teacher.tflite", "x.npy"];

/** Every feature with a state of its own, long enough to be stopped on the way. */
const LINE = [
  ...["distill", "teacher.tflite", "--data", "x.npy", "--width", "0.5", "--epochs", "150", "--batch", "6"],
  ...["--normalize", "--scheme", "ternary", "--search", "--hint", "CONV_2D 2=CONV_2D 2", "--patience", "150"],
];

describe.skipIf(process.platform !== "linux")("a distillation that is stopped", () => {
  inEmptyFolder();

  beforeEach(() => {
    writeModel("teacher.tflite", tiny());
    const { samples } = images(24);
    const values = Float32Array.from(samples.flatMap(([image]) => [...image]));
    writeFileSync("x.npy", new Uint8Array(dump(values, [24, 6, 6, 1])));
  });

  /** Starts a training and waits for its first checkpoint, where there was none. */
  async function started(): Promise<{ child: ChildProcess; said: () => string }> {
    const options = [...LINE, "-o", "out.tflite", "--checkpoint", "t.json"];
    const child = spawn(process.execPath, [...XSNN, ...options], { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout!, child.stderr!])
      stream.on("data", (chunk: Buffer) => {
        said += chunk;
      });
    const before = existsSync("t.json") ? readFileSync("t.json", "utf8") : "";
    const isSame = () => !existsSync("t.json") || readFileSync("t.json", "utf8") === before;
    while (child.exitCode === null && isSame()) await sleep(10);
    return { child, said: () => said };
  }

  it.each(["SIGKILL", "SIGINT"] as const)(
    "by %s",
    async (signal) => {
      expect((await xsnn(...LINE, "-o", "whole.tflite")).code).toBe(0);
      const wanted = readFileSync("whole.tflite");
      for (let times = 0; times < 2; times++) {
        const { child, said } = await started();
        await sleep(Math.random() * 300);
        const ended = once(child, "close");
        child.kill(signal);
        expect(await ended).toEqual([null, signal]);
        expect(said()).toBe("");
        // A file that is being written when the process is killed cannot be removed by it; the checkpoint is whole.
        const left = folderNames().filter(
          (name) => !/^t\.json\.\d+\.tmp$/.test(name) || signal !== "SIGKILL",
        );
        expect(left).toEqual(["t.json", ...INPUTS, "whole.tflite"].sort());
      }
      const { step } = JSON.parse(readFileSync("t.json", "utf8"));
      expect(step).toBeGreaterThan(0);
      expect(step).toBeLessThan(450);
      copyFileSync("t.json", "copy.json");
      const { code, err } = await xsnn(...LINE, "-o", "out.tflite", "--checkpoint", "t.json");
      expect([code, err]).toEqual([0, ""]);
      expect(readFileSync("out.tflite")).toEqual(wanted);
      expect(existsSync("t.json")).toBe(false);

      // Not with other options, nor with other data, nor from bytes that are damaged.
      const others = ["-o", "o.tflite", "--checkpoint", "copy.json", "--json"];
      for (const change of [
        ["--seed", "2"],
        ["--epochs", "151"],
        ["--width", "0.75"],
      ])
        expect(codesOf(await xsnn(...LINE, ...change, ...others))).toEqual(["checkpoint-other"]);
      writeFileSync("copy.json", readFileSync("copy.json").subarray(0, -10));
      expect(codesOf(await xsnn(...LINE, ...others))).toEqual(["checkpoint-not-read"]);
      expect(existsSync("o.tflite")).toBe(false);
    },
    600_000,
  );
});
