import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { projectPath } from "../../../boards/project.js";
import { type Cli, examples } from "../cli.js";

interface Options {
  readonly engine: string;
  readonly update?: true;
}

const ABOUT = `
Runs small pieces of JavaScript and layers of many shapes on an engine that counts instructions, and fits the constants
with which plans are chosen. No known model is among them. Printed for each fit: its constants and the worst error
among the pieces that it was fitted on. docs/costs.md says what the constants stand for.
`;

export function calibrateCommand({ io, engine }: Cli): Command {
  return new Command("calibrate")
    .description("measure again what the planner takes kernels and operations to cost")
    .option("-e, --engine <name>", "an engine that counts instructions", "qemu-rv32")
    .option("--update", "write the constants down in codegen/cost/constants.ts, for a checkout of xsnn")
    .addHelpText("after", ABOUT + examples("calibrate", "calibrate --update"))
    .action(async (options: Options) => {
      const { calibrate } = await import("../calibrate/calibrate.js");
      const { constantsText } = await import("../calibrate/constants-text.js");
      const { fitsText } = await import("../calibrate/fits-text.js");
      const { runtimeSources } = await import("../runtime-sources.js");
      const { constants, fits } = await calibrate(await engine(options.engine), await runtimeSources());
      io.out(await fitsText(fits));
      if (options.update) await writeFile(projectPath("codegen/cost/constants.ts"), constantsText(constants));
    });
}
