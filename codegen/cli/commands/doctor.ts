import { Command } from "commander";
import { type Check, examine } from "../../../boards/moddable/doctor.js";
import { LINUX, linuxPlatform, platformOf } from "../../../boards/moddable/platform.js";
import { json } from "../../emit/text.js";
import { findBoard } from "../boards.js";
import { type Cli, examples } from "../cli.js";
import { table } from "../table.js";

interface Options {
  readonly board?: string;
  readonly json?: true;
}

export function doctorCommand({ io, answerNo }: Cli): Command {
  return new Command("doctor")
    .description("say what building, flashing and emulating need, what of it is missing, and how to get it")
    .option(
      "-b, --board <name>",
      `what is to be built for: a board, or ${LINUX}; exits with 1 if it cannot be`,
    )
    .option("--json", "print the checks as JSON")
    .addHelpText("after", examples("doctor", "doctor --board esp32-c3"))
    .action(async ({ board, json: asJson }: Options) => {
      const platform =
        board === undefined
          ? undefined
          : board === LINUX
            ? linuxPlatform
            : platformOf(await findBoard(board));
      const checks = await examine({ ...(platform && { platform }) });
      if (checks.some(({ found, isRequired }) => isRequired && found === undefined)) answerNo();
      io.out(asJson ? json({ ...(board !== undefined && { board }), checks }) : await text(checks, board));
    });
}

async function text(checks: readonly Check[], board: string | undefined): Promise<string> {
  const rows = checks.map(({ name, found, needed, isRequired }) => [
    found !== undefined ? "there" : isRequired ? "MISSING" : "absent",
    name,
    found ?? "",
    needed,
  ]);
  const found = await table([{ title: "" }, { title: "What" }, { title: "Found" }, { title: "For" }], rows);
  const missing = checks.filter((it) => it.found === undefined);
  const advice = missing.map(({ name, howToGet }) => `${name}: ${howToGet}\n`).join("");
  const isEnough = !missing.some(({ isRequired }) => isRequired);
  const verdict = `${isEnough ? "Nothing is missing" : "Something is missing"} to build${board === undefined ? "" : ` for ${board}`}.\n`;
  return `${found}\n${advice}${advice && "\n"}${verdict}`;
}
