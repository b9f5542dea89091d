import { expect, it } from "vitest";
import { limitsOf } from "../../boards/fit.js";
import { engineByName } from "../../boards/index.js";
import { chooseMachine, machineOf } from "../../boards/machine.js";
import { hostOn, modRoom } from "../../codegen/cli/mod/room.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { compile } from "../../codegen/compile.js";
import { mod } from "../../codegen/mod/mod.js";
import { chip } from "../boards/chips.js";
import { describeGolden, goldenModel } from "./golden.js";

describeGolden("a mod", () => {
  it.each(["xs", "qemu-rv32"])("of kws_ref_int8 gives TFLM's bytes on %s", async (engine) => {
    const { name, model, vectors } = goldenModel("kws_ref_int8", 2);
    const board = chip("esp32-c3");
    const options = { ...limitsOf(board), isMod: true };
    const made = mod(compile(model, `${name}.tflite`, await runtimeSources(), options), hostOn(board));
    const { counters, ...report } = await engineByName(engine).run({
      artifact: made.files,
      module: made.module,
      isMod: true,
      vectors: vectors.map(({ steps }) => steps),
      machine: machineOf(chooseMachine(made.report.memory, board).creation),
    });
    for (const [i, { output }] of vectors.entries())
      expect(Buffer.concat(report.vectors[i].outputs)).toEqual(Buffer.from(output));
    const { needed, available } = modRoom(made, board, 0x40000).partition;
    expect(needed).toBeLessThan(available);
    const { bytecodeBytes, constantBytes } = counters.flash!;
    expect(bytecodeBytes + constantBytes).toBeLessThan(1.05 * needed);
  });
});
