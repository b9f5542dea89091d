import { Command } from "commander";
import { json } from "../../emit/text.js";
import { operatorMarkdown, operatorTable } from "../../ops/table.js";
import { type Cli, examples } from "../cli.js";
import { table } from "../table.js";

interface Options {
  readonly json?: true;
  readonly markdown?: true;
}

export function opsCommand({ io }: Cli): Command {
  return new Command("ops")
    .description("list the operators: types, restrictions, and what their bits were checked against")
    .option("--json", "print them as JSON")
    .option("--markdown", "print them as the Markdown table of the README")
    .addHelpText("after", examples("ops", "ops --markdown"))
    .action(async (options: Options) => {
      if (options.json) io.out(json(operatorTable()));
      else if (options.markdown) io.out(operatorMarkdown());
      else io.out(await text());
    });
}

function text(): Promise<string> {
  return table(
    [{ title: "Operator" }, { title: "Types" }, { title: "Restrictions" }, { title: "Checked against" }],
    operatorTable().map(({ operator, types, restrictions, checked }) => [
      operator,
      types,
      restrictions,
      checked,
    ]),
  );
}
