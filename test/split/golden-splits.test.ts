import { expect, it } from "vitest";
import { boardByName, type ChipBoard } from "../../boards/board.js";
import { rv32Engine } from "../../boards/qemu/qemu-engine.js";
import { stageBoard } from "../../boards/stage.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { countSplit } from "../../codegen/cli/split/counted.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { parseLink } from "../../codegen/split/link.js";
import { splitModel } from "../../codegen/split/split-model.js";
import { describeGolden, goldenFile, goldenModel } from "../golden/golden.js";
import { runSplit } from "./run-stages.js";

const uart = parseLink("uart:3000000");
const c3 = stageBoard((await boardByName("esp32-c3")) as ChipBoard);

function splitOver(name: string, count: number) {
  const graph = runPasses(importModel(goldenFile(name), `${name}.tflite`));
  const links = new Array(count - 1).fill(uart);
  return splitModel(graph, new Array(count).fill(c3), links, "throughput");
}

describeGolden("a model over several boards", () => {
  it.each([
    ["kws_ref_int8", [1.7, 2.4, 3]],
    ["magic_wand_int8", [1.6, 2.1, 2.1]],
  ])("%s: outputs are golden on 2, 3 and 4 boards, and come so many times as often", (name, least) => {
    const alone = splitOver(name, 1).intervalMilliseconds;
    for (const [i, count] of [2, 3, 4].entries()) {
      const plan = splitOver(name, count);
      for (const { k, steps, output } of goldenModel(name, 2).vectors)
        expect(Buffer.from(output).equals(runSplit(plan, steps[0])), `${count} boards, vector ${k}`).toBe(
          true,
        );
      expect(alone / plan.intervalMilliseconds).toBeGreaterThan(least[i]);
    }
  });

  it("magic_wand_int8: outputs are golden on two emulated ESP32-C3, which take no more than is predicted", async () => {
    const plan = splitOver("magic_wand_int8", 2);
    const [{ steps, output }] = goldenModel("magic_wand_int8", 1).vectors;
    const sources = await runtimeSources();
    const counted = await countSplit(rv32Engine, plan, "magic-wand", steps[0], sources, new Map());
    expect(Buffer.from(output).equals(counted.outputs)).toBe(true);
    for (const [i, { instructions }] of plan.stages.entries())
      expect(counted.instructions[i]).toBeLessThan(1.15 * instructions);
  });
});
