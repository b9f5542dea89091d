import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Engine, HeapCounters, Job, Machine } from "../../boards/engine.js";
import { least } from "../../boards/least.js";
import { findNeeds, machineBytes } from "../../boards/needs.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { compile } from "../../codegen/compile.js";
import { type Problem, Refusal, refuse } from "../../codegen/problems/problem.js";
import { chip } from "./chips.js";
import { tinyArtifact } from "./tiny-artifact.js";

const separate = chip("esp32-c6");
const oneBlock = chip("esp32-c3");

async function refusedWith(promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Refusal);
  return (error as Refusal).problems[0];
}

describe("the least number", () => {
  it.each([
    [100, 1],
    [1000, 1000],
    [1000, 1001],
    [1000, 1234],
    [1000, 90_000],
    [1000, 1_000_000],
    [1, 7],
  ])("from %i that is at least %i, within a hundredth", async (low, wanted) => {
    let calls = 0;
    const found = await least(low, 1_000_000, 0.01, async (value) => {
      calls++;
      return value >= wanted;
    });
    const exact = Math.max(low, wanted);
    expect(found).toBeGreaterThanOrEqual(exact);
    expect(found - exact).toBeLessThanOrEqual(Math.max(0, found / 100 - 1));
    expect(calls).toBeLessThan(32);
  });
});

interface Fake {
  /** What the model takes. */
  readonly takes: Machine;
  /** What more it takes of chunks for each slot beyond those. */
  readonly chunksForSlots?: number;
  /** Bytes of garbage of one inference, and instructions. */
  readonly garbage?: number;
  readonly counts?: boolean;
}

/** Completes in machines that are large enough; each collection costs a thousand instructions of a million. */
function fake({ takes, chunksForSlots = 0, garbage = 0, counts = true }: Fake): Engine & { jobs: Job[] } {
  const jobs: Job[] = [];
  return {
    name: "fake",
    about: "for tests",
    jobs,
    async run(job) {
      jobs.push(job);
      const { stackSlots, block } = job.machine!;
      const full = { said: "", at: "" };
      // The stack is taken from a block first, then what slots take; chunks have the rest.
      const chunkBytes = block ? block.bytes - 16 * (takes.slots + stackSlots) : job.machine!.chunkBytes;
      const slots = block ? takes.slots : job.machine!.slots;
      const chunksNeeded = takes.chunkBytes + Math.max(0, 300 - slots) * chunksForSlots;
      if (block && chunkBytes < chunksNeeded)
        refuse("machine-full", { heap: "block", size: `${block.bytes} bytes`, ...full });
      if (chunkBytes < chunksNeeded)
        refuse("machine-full", { heap: "chunk", size: `${chunkBytes} bytes`, ...full });
      if (slots < takes.slots) refuse("machine-full", { heap: "slot", size: `${slots} slots`, ...full });
      if (stackSlots < takes.stackSlots) refuse("machine-stack", { slots: stackSlots, at: "" });
      const collections = Math.floor(garbage / (chunkBytes - chunksNeeded + 16));
      const heap: HeapCounters = {
        slotBytes: 16,
        peakChunkBytes: takes.chunkBytes + garbage,
        peakSlots: takes.slots,
        peakStackSlots: takes.stackSlots - 5,
        builtinChunkBytes: 0,
        builtinSlots: 28,
        builtinStackSlots: 13,
        loadedChunkBytes: takes.chunkBytes - 90,
        loadedSlots: takes.slots - 10,
        liveChunkBytes: takes.chunkBytes - 90,
        liveSlots: takes.slots - 10,
        collections,
      };
      const inCollections = 1000 * collections;
      return {
        vectors: [{ outputs: [], trace: new Map() }],
        counters: counts ? { instructions: 1e6 + inCollections, inCollections, heap } : {},
      };
    },
  };
}

const takes = { chunkBytes: 60_000, slots: 250, stackSlots: 216 };
const job: Job = { artifact: new Map(), module: "m", vectors: [[Uint8Array.of(1)], [Uint8Array.of(2)]] };

describe("what a model needs", () => {
  it("is what it takes, to within a hundredth of each heap", async () => {
    const engine = fake({ takes });
    const { live, needs, recommended, runs } = await findNeeds(engine, job, separate);
    for (const part of ["chunkBytes", "slots", "stackSlots"] as const) {
      expect(needs.machine[part]).toBeGreaterThanOrEqual(takes[part]);
      expect(needs.machine[part]).toBeLessThanOrEqual(takes[part] * 1.01);
    }
    expect(live).toEqual({ chunkBytes: 59_910, slots: 240, bytes: 59_910 + 16 * 240 });
    expect(needs.bytes).toBe(machineBytes(needs.machine));
    expect(recommended).toEqual(needs);
    expect(runs).toBe(engine.jobs.length);
    expect(runs).toBeLessThan(20);
    expect(engine.jobs.every(({ vectors }) => vectors.length === 1)).toBe(true);
  });

  it("has run, and has failed with 2 % less of each heap", async () => {
    const engine = fake({ takes });
    const { needs, tooSmall } = await findNeeds(engine, job, separate);
    const tried = engine.jobs.map(({ machine }) => machine);
    expect(tried).toContainEqual(needs.machine);
    expect(tried).toContainEqual(tooSmall.machine);
    const { chunkBytes, slots, stackSlots } = needs.machine;
    const less = [chunkBytes, slots, stackSlots].map((size) => Math.floor(0.98 * size));
    expect(tooSmall.machine).toEqual({ chunkBytes: less[0], slots: less[1], stackSlots: less[2] });
    expect(tooSmall.problem.code).toBe("machine-full");
  });

  it("is of one block where the board has one, to within a hundredth of it and with 2 % less too small", async () => {
    const { needs, tooSmall } = await findNeeds(fake({ takes }), job, oneBlock);
    const { chunkIncrement, slotIncrement, bytes } = needs.machine.block!;
    expect([chunkIncrement, slotIncrement]).toEqual([512, 64]);
    expect(needs.machine).toMatchObject({ chunkBytes: chunkIncrement, slots: slotIncrement });
    const exact = machineBytes({ ...takes, stackSlots: needs.machine.stackSlots });
    expect(needs.bytes).toBe(bytes);
    expect(bytes).toBeGreaterThanOrEqual(exact);
    expect(bytes).toBeLessThanOrEqual(exact * 1.01);
    expect(tooSmall.machine.block!.bytes).toBe(bytes - Math.ceil(bytes * 0.02));
    expect(tooSmall.problem.details).toMatchObject({ heap: "block" });
  });

  it("is recommended a larger block where garbage is collected too often", async () => {
    const engine = fake({ takes, garbage: 4_000_000 });
    const { needs, recommended } = await findNeeds(engine, job, oneBlock);
    expect(needs.collectionShare).toBeGreaterThan(0.15);
    expect(recommended!.collectionShare).toBeLessThan(0.15);
    expect(recommended!.bytes).toBe(recommended!.machine.block!.bytes);
    expect(recommended!.machine).toEqual({
      ...needs.machine,
      chunkBytes: needs.machine.chunkBytes + recommended!.bytes - needs.bytes,
      block: { ...needs.machine.block, bytes: recommended!.bytes },
    });
  });

  it("grows where heaps need more together than alone", async () => {
    const { needs } = await findNeeds(fake({ takes, chunksForSlots: 100 }), job, separate);
    expect(needs.machine.slots).toBeLessThanOrEqual(252);
    const together = takes.chunkBytes + (300 - needs.machine.slots) * 100;
    expect(needs.machine.chunkBytes).toBeGreaterThanOrEqual(together);
    expect(needs.machine.chunkBytes).toBeLessThanOrEqual(together * 1.02);
  });

  it("is less than what was live where a full heap lets go of more", async () => {
    const engine = fake({ takes });
    const lying: Engine = {
      ...engine,
      async run(job) {
        const report = await engine.run(job);
        const heap = { ...report.counters.heap!, liveChunkBytes: 2 * takes.chunkBytes };
        return { ...report, counters: { ...report.counters, heap } };
      },
    };
    const { needs } = await findNeeds(lying, job, oneBlock);
    const exact = machineBytes({ ...takes, stackSlots: needs.machine.stackSlots });
    expect(needs.bytes).toBeGreaterThanOrEqual(exact);
    expect(needs.bytes).toBeLessThanOrEqual(exact * 1.03);
  });

  it("is refused for what does not run however large the machine, or is not counted", async () => {
    const huge = fake({ takes: { ...takes, chunkBytes: 2 ** 30 } });
    expect(await refusedWith(findNeeds(huge, job))).toMatchObject({ code: "machine-full" });
    expect(await refusedWith(findNeeds(fake({ takes, counts: false }), job))).toMatchObject({
      code: "engine-uncounted",
      details: { engine: "fake" },
    });
  });

  it("does not take other failures for a machine that is too small", async () => {
    const engine = fake({ takes });
    const failing: Engine = {
      ...engine,
      run: async (job) =>
        job.machine!.slots < 1000
          ? refuse("engine-stopped", { engine: "fake", how: "SIGKILL", output: "" })
          : engine.run(job),
    };
    expect(await refusedWith(findNeeds(failing, job))).toMatchObject({ code: "engine-stopped" });
  });
});

describe("the machine that is recommended", () => {
  it("is the least where collections take under 15 %, to within a twentieth", async () => {
    const garbage = 10_000_000;
    const { needs, recommended } = await findNeeds(fake({ takes, garbage }), job, separate);
    expect(needs.collectionShare).toBeGreaterThan(0.15);
    expect(recommended!.collectionShare).toBeLessThan(0.15);
    expect(recommended!.machine.slots).toBe(needs.machine.slots);
    // 176 collections are 15 % of 1,176,000 instructions
    const exact = machineBytes(takes) + garbage / 176;
    expect(recommended!.bytes).toBeGreaterThanOrEqual(exact - 16);
    expect(recommended!.bytes).toBeLessThanOrEqual(exact * 1.06);
  });

  it("is none where even the largest does not do", async () => {
    const { recommended } = await findNeeds(fake({ takes, garbage: 1e12 }), job, separate);
    expect(recommended).toBeUndefined();
  });
});

describe("on an emulated chip", () => {
  it("digits runs at needs, and with 2 % less is refused", async () => {
    const file = readFileSync(new URL("../../models/digits/digits.tflite", import.meta.url));
    const { artifact, module } = await compile(file, "digits.tflite", await runtimeSources());
    const vectors = [[new Uint8Array(28 * 28)]];
    for (const [board, heap] of [
      [oneBlock, /^block$/],
      [separate, /^(chunk|slot)$/],
    ] as const) {
      const { live, needs, tooSmall, recommended } = await findNeeds(
        rv32Engine,
        { artifact, module, vectors },
        board,
      );
      expect(live.bytes).toBeLessThan(needs.bytes);
      expect(machineBytes(tooSmall.machine)).toBeLessThanOrEqual(0.98 * needs.bytes);
      expect(machineBytes(tooSmall.machine)).toBeGreaterThan(0.97 * needs.bytes);
      expect(recommended!.collectionShare).toBeLessThan(0.15);
      const again = (machine: Machine) => rv32Engine.run({ artifact, module, vectors, machine });
      expect((await again(needs.machine)).vectors).toHaveLength(1);
      expect(await refusedWith(again(tooSmall.machine))).toEqual(tooSmall.problem);
      expect(tooSmall.problem).toMatchObject({
        code: "machine-full",
        details: { heap: expect.stringMatching(heap) },
      });
    }
  });

  it("what makes garbage is recommended more than it needs", async () => {
    const artifact = tinyArtifact({ inKernel: "let x; for (let i = 0; i < 500; i++) x = { i };" });
    const vectors = [[Uint8Array.of(1, 2, 3, 4)]];
    const { needs, recommended } = await findNeeds(
      rv32Engine,
      { artifact, module: "tiny", vectors },
      separate,
    );
    expect(needs.collectionShare).toBeGreaterThan(0.15);
    expect(recommended!.collectionShare).toBeLessThan(0.15);
    expect(recommended!.machine).toEqual({ ...needs.machine, slots: recommended!.machine.slots });
    expect(recommended!.machine.slots).toBeGreaterThan(needs.machine.slots);
  });
});
