import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import type { ChipBoard } from "../../../boards/board.js";
import { readApp } from "../../../boards/moddable/app-folder.js";
import { type Built, buildApp } from "../../../boards/moddable/build.js";
import { runHeadless } from "../../../boards/moddable/headless.js";
import { collect, findImages, readPartitions } from "../../../boards/moddable/images.js";
import { type Goal, LINUX, linuxPlatform, platformOf } from "../../../boards/moddable/platform.js";
import { findSdk } from "../../../boards/moddable/sdk.js";
import { json } from "../../emit/text.js";
import { refuse } from "../../problems/problem.js";
import { findChip } from "../boards.js";
import { flashText, linkedSizes, linkedText } from "../build/text.js";
import { type Cli, examples } from "../cli.js";
import { integer } from "../options.js";

interface Options {
  readonly board?: string;
  readonly debug?: true;
  readonly run?: number;
  readonly verbose?: true;
  readonly json?: true;
}

const NOTES = `
What the build needs is what \`xsnn doctor --board <name>\` says. Without the chip's own SDK (ESP-IDF) the modules are compiled
and linked, so that everything which is wrong with them shows, and no image is made; the exit code is 1 then.
`;

export function buildCommand(cli: Cli): Command {
  return new Command("build")
    .description("build an application with the Moddable SDK, and compare its images with the flash")
    .argument("<dir>", "a folder that `xsnn app` wrote")
    .option(
      "-b, --board <name>",
      `the board it was written for, or ${LINUX}: this computer (default: the board)`,
    )
    .option("--debug", "for xsbug, Moddable's debugger")
    .addOption(new Option("--release", "without debugger, as it is shipped (default)").conflicts("debug"))
    .option(
      "--run <seconds>",
      `with --board ${LINUX}: run it that long, without windows, and show its console`,
      integer(1),
    )
    .option("--verbose", "show what the tools print")
    .option("--json", "print images and partitions as JSON")
    .addHelpText("after", NOTES + examples("build digits-app", "build digits-app --board lin --run 10"))
    .action(async (dir: string, options: Options) => {
      const app = await readApp(dir);
      const goal: Goal = options.debug ? "debug" : "release";
      const onLine = options.verbose ? (line: string) => cli.io.err(`${line}\n`) : undefined;
      const common = {
        folder: resolve(dir),
        name: app.name,
        goal,
        output: resolve(dir, "build", "moddable"),
        ...(onLine && { onLine }),
      };
      if (options.board === LINUX) {
        const { folders } = await buildApp({ ...common, platform: linuxPlatform });
        const library = join(folders.images, "mc.so");
        if (options.run === undefined)
          cli.io.out(options.json ? json({ board: LINUX, goal, library }) : `Built ${library}\n`);
        else await run(cli, folders.images, options.run);
        return;
      }
      if (options.run !== undefined)
        refuse("arguments", {
          message: `--run needs --board ${LINUX}: boards are flashed with \`xsnn flash\``,
        });
      const board = await findChip(options.board ?? app.board);
      if (board.name !== app.board) refuse("app-board", { path: dir, written: app.board, asked: board.name });
      const partitions = await readPartitions(dir, board);
      const built = await buildApp({ ...common, platform: platformOf(board) });
      if (!built.isComplete) return linked(cli, board, goal, built, options);
      const images = await findImages(built.folders.images, board, partitions);
      const target = join(dir, "build", board.name);
      await collect(built.folders.images, target, board.name, images, partitions);
      cli.io.out(
        options.json
          ? json({ board: board.name, goal, folder: target, images, partitions })
          : `${await flashText(images, partitions, board.flash.bytes.value)}Written to ${target}; next: xsnn flash ${dir} --board ${board.name}\n`,
      );
    });
}

/** What there is without the chip's SDK: no image. */
async function linked(cli: Cli, board: ChipBoard, goal: Goal, built: Built, options: Options): Promise<void> {
  const vendor = platformOf(board).vendor!;
  const sizes = await linkedSizes(built.folders.temporary);
  cli.answerNo();
  cli.io.out(
    options.json
      ? json({ board: board.name, goal, linked: sizes, images: [], missing: vendor.variable })
      : linkedText(board.name, vendor, sizes),
  );
}

async function run(cli: Cli, images: string, seconds: number): Promise<void> {
  const sdk = (await findSdk()) ?? refuse("mcconfig-missing", {});
  let hasFailed = false;
  const onLine = (line: string) => {
    hasFailed ||= line.includes("self-test FAILED");
    cli.io.out(`${line}\n`);
  };
  await runHeadless({ sdk, images, seconds, onLine });
  if (hasFailed) cli.answerNo();
}
