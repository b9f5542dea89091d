import { Command } from "commander";
import { type Cli, examples } from "../cli.js";
import { namedPort } from "../flash/port.js";
import { integer } from "../options.js";

interface Options {
  readonly port?: string;
  readonly baud: number;
  readonly reset: boolean;
  readonly untilVerdict: boolean;
  readonly timeout?: number;
}

export function monitorCommand({ io, answerNo }: Cli): Command {
  return new Command("monitor")
    .description("show what a board prints, until Ctrl-C or the verdict of its self-test")
    .option("-p, --port <path>", "the serial port that it is at; without it the ports are listed")
    .option("--baud <n>", "bits a second of its console", integer(300), 115_200)
    .option("--reset", "restart the board, to see all that it prints", false)
    .option("--until-verdict", "end with the self-test: exit code 0 if it passed, 1 if it failed", false)
    .option("--timeout <s>", "how many seconds to wait for the verdict", integer(1))
    .addHelpText(
      "after",
      examples(
        "monitor --port /dev/ttyUSB0",
        "monitor --port /dev/ttyUSB0 --reset --until-verdict --timeout 60",
      ),
    )
    .action(async ({ port: path, timeout, ...options }: Options) => {
      const { line } = await namedPort(path, "xsnn monitor");
      const { monitor } = await import("../../../boards/flash/monitor.js");
      const verdict = await monitor({
        ...options,
        line,
        seconds: timeout,
        show: io.out,
        interrupted: io.interrupted,
      });
      if (verdict && !verdict.passed) answerNo();
    });
}
