import { Command } from "commander";
import { json } from "../../emit/text.js";
import { type Cli, examples } from "../cli.js";
import { table } from "../table.js";

interface Options {
  readonly json?: true;
  readonly markdown?: true;
}

export function boardsCommand({ io }: Cli): Command {
  return new Command("boards")
    .description("list the boards: chip, memory, what Moddable gives an application there")
    .option("--json", "print their descriptions as JSON, every figure with its source")
    .option("--markdown", "print them as the Markdown table of docs/boards.md")
    .addHelpText("after", examples("boards", "boards --json"))
    .action(async (options: Options) => {
      const { boards } = await import("../../../boards/board.js");
      const { BOARD_COLUMNS, boardMarkdown, boardRow } = await import("../../../boards/table.js");
      const all = await boards();
      if (options.json) io.out(json(all));
      else if (options.markdown) io.out(boardMarkdown(all));
      else {
        const rows = all.map(boardRow).map((row) => BOARD_COLUMNS.map(({ key }) => row[key]));
        io.out(await table(BOARD_COLUMNS, rows));
      }
    });
}
