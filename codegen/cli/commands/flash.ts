import { Command } from "commander";
import { json } from "../../emit/text.js";
import { refuse } from "../../problems/problem.js";
import { findChip } from "../boards.js";
import { type Cli, examples } from "../cli.js";
import { printProblems, problemsOf } from "../errors.js";
import type { Updates } from "../flash/flash-writes.js";
import { namedPort } from "../flash/port.js";
import { integer } from "../options.js";
import { withProgress } from "../progress.js";

interface Options extends Updates {
  readonly board: string;
  readonly port?: string;
  readonly baud: number;
  readonly stub: boolean;
  readonly dryRun?: true;
  readonly json?: true;
}

export function flashCommand({ io }: Cli): Command {
  return new Command("flash")
    .description("write a built application to a board, verify it and start it")
    .argument("<dir>", "the application's folder, which `xsnn build` was run on")
    .requiredOption("-b, --board <name>", "the board: a name that `xsnn boards` lists, or a description")
    .option("-p, --port <path>", "the serial port that it is at; without it the ports are listed")
    .option("--baud <n>", "bits a second while writing", integer(1200), 460_800)
    .option(
      "--mod <path>",
      "write a mod, an .xsa or the folder that `xsnn mod` wrote, and not the application",
    )
    .option("--store <file>", "write what `xsnn pack` made to the model store, and not the application")
    .option("--no-stub", "write through the chip's ROM alone, which is slower")
    .option("--dry-run", "check everything and say what would be written where, without a board")
    .option("--json", "print what was written as JSON")
    .addHelpText(
      "after",
      examples(
        "flash blink --board esp32-c3",
        "flash blink --board esp32-c3 --port /dev/ttyUSB0",
        "flash blink --board esp32-c3 --dry-run",
        "flash blink --board esp32-c3 --port /dev/ttyUSB0 --mod keyword-mod",
      ),
    )
    .action(async (folder: string, options: Options) => {
      const board = await findChip(options.board);
      const { loaderChip } = await import("../../../boards/flash/chips.js");
      const chip = loaderChip(board);
      if (!options.stub && !chip.romWrites) refuse("flash-needs-stub", { board: board.name });
      const { flashWrites } = await import("../flash/flash-writes.js");
      const { writes, partitions } = await flashWrites(folder, board, options);
      const { writesDocument, writesText } = await import("../flash/text.js");
      const print = async (port: string | undefined, said: string) =>
        io.out(
          options.json ? json(writesDocument(board, writes, port)) : (await writesText(board, writes)) + said,
        );
      if (options.dryRun) return print(undefined, "all of it fits; nothing was written\n");
      const { port, line } = await namedPort(options.port, `xsnn flash ${folder} --board ${options.board}`);
      const { flashBoard } = await import("../../../boards/flash/session.js");
      const { interrupted } = io;
      const { baud, stub } = options;
      await withProgress(io, (onProgress) =>
        flashBoard({ board, writes, partitions, line, port, baud, stub, interrupted, onProgress }),
      ).catch((error) => {
        // Who interrupts this must know what is on the board.
        if (interrupted?.aborted && io.lastWords)
          printProblems({ ...io, out: io.lastWords, err: io.lastWords }, problemsOf(error), false);
        throw error;
      });
      await print(line.path, `written to ${line.path} and verified; the application starts\n`);
    });
}
