/** The command line `xsnn`, callable from tests. */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import type { Engine } from "../../boards/engine.js";
import { projectPath } from "../../boards/project.js";
import { type Cli, examples } from "./cli.js";
import { appCommand } from "./commands/app.js";
import { benchCommand } from "./commands/bench.js";
import { boardsCommand } from "./commands/boards.js";
import { buildCommand } from "./commands/build.js";
import { calibrateCommand } from "./commands/calibrate.js";
import { clusterCommand } from "./commands/cluster.js";
import { compileCommand } from "./commands/compile.js";
import { compressCommand } from "./commands/compress.js";
import { coordinateCommand } from "./commands/coordinate.js";
import { distillCommand } from "./commands/distill.js";
import { doctorCommand } from "./commands/doctor.js";
import { fitCommand } from "./commands/fit.js";
import { flashCommand } from "./commands/flash.js";
import { inspectCommand } from "./commands/inspect.js";
import { keyCommand } from "./commands/key.js";
import { learnCommand } from "./commands/learn.js";
import { modCommand } from "./commands/mod.js";
import { monitorCommand } from "./commands/monitor.js";
import { opsCommand } from "./commands/ops.js";
import { packCommand } from "./commands/pack.js";
import { pruneCommand } from "./commands/prune.js";
import { quantizeCommand } from "./commands/quantize.js";
import { runCommand } from "./commands/run.js";
import { splitCommand } from "./commands/split.js";
import { validateCommand } from "./commands/validate.js";
import { printProblems, problemsOf } from "./errors.js";
import type { Io } from "./io.js";

const COMMANDS = [
  quantizeCommand,
  pruneCommand,
  compressCommand,
  clusterCommand,
  distillCommand,
  compileCommand,
  splitCommand,
  appCommand,
  buildCommand,
  doctorCommand,
  modCommand,
  inspectCommand,
  runCommand,
  learnCommand,
  validateCommand,
  opsCommand,
  boardsCommand,
  benchCommand,
  fitCommand,
  calibrateCommand,
  flashCommand,
  monitorCommand,
  keyCommand,
  packCommand,
  coordinateCommand,
];

/** Engines by name; what they need is loaded when one is first asked for. */
async function anyEngine(name: string): Promise<Engine> {
  const { engineByName } = await import("../../boards/index.js");
  return engineByName(name);
}

/**
 * Runs one command.
 *
 * @param argv what follows the program's name
 * @param engine finds the engine of a name; refuses unknown names
 * @returns the exit code: 0, or 1 where something was refused or the answer is no
 */
export async function main(
  argv: readonly string[],
  io: Io,
  engine: Cli["engine"] = anyEngine,
): Promise<number> {
  let exitCode = 0;
  const answerNo = () => {
    exitCode = 1;
  };
  try {
    await program({ io, engine, answerNo }).parseAsync(argv, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && (error.exitCode === 0 || error.code === "commander.help"))
      return error.exitCode;
    printProblems(io, problemsOf(error), argv.includes("--json"));
    if (io.debug && error instanceof Error) io.err(`${error.stack}\n`);
    return 1;
  }
}

function program(cli: Cli): Command {
  const { version } = JSON.parse(readFileSync(projectPath("package.json"), "utf8"));
  const xsnn = new Command("xsnn")
    .description("Neural networks for Moddable XS: compiles quantized models to fixed-point modules.")
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: cli.io.out, writeErr: cli.io.err, outputError: () => {} })
    .addHelpText("after", examples("inspect digits.tflite", "compile digits.tflite", "compile --help"));
  xsnn.hook("preAction", (_, command) => {
    if (command.opts().install) process.env.XSNN_INSTALL = "1"; // where boards look, whichever engine needs the tools
  });
  for (const command of COMMANDS) xsnn.addCommand(command(cli).copyInheritedSettings(xsnn));
  return xsnn;
}
