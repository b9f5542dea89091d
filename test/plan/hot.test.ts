import { describe, expect, it } from "vitest";
import { engineByName } from "../../boards/index.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { compile } from "../../codegen/compile.js";
import { memoryOfPlan } from "../../codegen/plan/creation.js";
import { chooseHot, type HotOptions } from "../../codegen/plan/hot.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import type { PlanOptions } from "../../codegen/plan/options.js";
import type { PlannedLayer } from "../../codegen/plan/plan.js";
import { describeGolden, goldenModel } from "../golden/golden.js";

const cache = { bytes: 16_384, lineBytes: 32, missCycles: 256 };

/** Layers of which only what weights cost counts. */
function layers(...sizes: readonly (readonly [constantBytes: number, macs: number, form?: string])[]) {
  return sizes.map(
    ([constantBytes, macs, form = "rolled"]) => ({ constantBytes, macs, form }) as PlannedLayer,
  );
}

describe("which weights are hot", () => {
  const choose = (given: readonly PlannedLayer[], bytes: number, total: number) =>
    chooseHot(given, total, { bytes, cache });

  it("are none where all of them stay in the cache", () => {
    expect(choose(layers([8_000, 8_000_000]), 100_000, 16_384)).toEqual([]);
  });

  it("are those first that a layer reads again and again from flash, then any", () => {
    const given = layers([32_000, 32_000], [32_000, 320_000], [8_000, 800_000]);
    const at = (bytes: number) => choose(given, bytes, 72_000).map(({ layer }) => layer);
    expect(at(7_999)).toEqual([]);
    expect(at(8_000)).toEqual([2]);
    expect(at(32_000)).toEqual([1]);
    expect(at(40_000)).toEqual([1, 2]);
    expect(at(71_999)).toEqual([0, 1]);
    expect(at(72_000)).toEqual([0, 1, 2]);
  });

  it("save a line's wait once, or once for each pass that does not fit the cache", () => {
    const given = layers([8_000, 800_000], [32_000, 320_000], [32_000, 320_000, "planes"], [0, 1_000]);
    expect(choose(given, 100_000, 72_000)).toEqual([
      { layer: 0, bytes: 8_000, misses: 250, cycles: 64_000 },
      { layer: 1, bytes: 32_000, misses: 10_000, cycles: 2_560_000 },
      { layer: 2, bytes: 32_000, misses: 1_000, cycles: 256_000 },
    ]);
  });
});

describeGolden("hot weights", () => {
  const hot: HotOptions = { bytes: 20_000, cache };
  const int16: PlanOptions = { forms: ["rolled"], hot: { bytes: 60_000, cache } };
  const compiled = async (name: string, options: PlanOptions) =>
    compile(goldenModel(name, 1).model, `${name}.tflite`, await runtimeSources(), options);
  const cases: readonly (readonly [string, PlanOptions])[] = [
    ["kws_ref_int8", { forms: ["rolled"] }],
    ["kws_ref_int8", { updatable: "all" }],
    ["mww_v2_hey_jarvis", { forms: ["rolled"] }],
    ["seanet_transpose_conv0", int16],
  ];

  it.each(cases)("leave the bits of %s with %o as they are", async (name, options) => {
    const { vectors } = goldenModel(name, 2);
    const { plan, artifact, module } = await compiled(name, { hot, ...options });
    expect(plan.hot!.layers.length).toBeGreaterThan(0);
    expect(plan.hot!.bytes).toBeLessThanOrEqual((options.hot ?? hot).bytes);
    const expected = vectors.map(({ output }) => Buffer.from(output));
    const network = instantiate(plan);
    for (const [i, { steps }] of vectors.entries()) {
      network.reset();
      const outputs = steps.map((bytes) => {
        let at = 0;
        for (const { data } of network.inputs) {
          const target = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
          target.set(bytes.subarray(at, at + target.length));
          at += target.length;
        }
        network.run();
        return Buffer.concat(
          network.outputs.map(({ data }) =>
            Buffer.from(Uint8Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))),
          ),
        );
      });
      expect(Buffer.concat(outputs)).toEqual(expected[i]);
    }
    for (const engine of ["node", "xs"]) {
      const job = { artifact, module, vectors: vectors.map(({ steps }) => steps) };
      const machine = { chunkBytes: 400_000, slots: 2_000, stackSlots: 512 };
      const report = await engineByName(engine).run({ ...job, machine });
      expect(report.vectors.map(({ outputs }) => Buffer.concat(outputs))).toEqual(expected);
    }
  });

  it("are copied out of weights.bin as it is when the model is constructed", async () => {
    const { plan } = await compiled("kws_ref_int8", { updatable: "all", hot });
    const network = instantiate(plan);
    for (const { from, to, length } of plan.hot!.parts)
      expect([...network.memory.hot!.weights8.subarray(to, to + length)]).toEqual([
        ...network.memory.weights8.subarray(from, from + length),
      ]);
  });

  it.each([
    ["kws_ref_int8", { hot }],
    ["seanet_transpose_conv0", int16],
  ])("of %s take the RAM that the plan says", async (name, options) => {
    const count = async (given: PlanOptions) => {
      const { plan, artifact, module } = await compiled(name, { forms: ["rolled"], ...given });
      const { counters } = await engineByName("qemu-rv32").run({ artifact, module, vectors: [] });
      return { memory: memoryOfPlan(plan), heap: counters.heap! };
    };
    const [more, less] = [await count(options), await count({})];
    const { chunkBytes, slots } = more.memory;
    expect(more.heap.loadedChunkBytes - less.heap.loadedChunkBytes).toBe(chunkBytes - less.memory.chunkBytes);
    expect(more.heap.loadedSlots - less.heap.loadedSlots).toBe(slots - less.memory.slots);
  });

  it("keep within the RAM that is left", async () => {
    const { plan } = await compiled("kws_ref_int8", { forms: ["rolled"], chunkBytes: 20_000, hot });
    expect(plan.hot!.bytes).toBeLessThan(4_000);
    expect(plan.hot!.layers.length).toBeGreaterThan(0);
  });
});
