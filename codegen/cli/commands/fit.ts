import { Command } from "commander";
import type { Board, ChipBoard } from "../../../boards/board.js";
import type { Fit, Model } from "../../../boards/fit.js";
import type { Battery } from "../../../boards/predict.js";
import { json } from "../../emit/text.js";
import { findChip } from "../boards.js";
import { type Cli, examples } from "../cli.js";
import { countedModels } from "../count.js";
import { fitText } from "../fit-text.js";
import { hotOptions } from "../hot.js";
import {
  hotOption,
  integer,
  optimizeOption,
  type PlanFlags,
  planOptions,
  updatableOption,
} from "../options.js";
import { rate } from "../rate.js";
import { openTarget, type Target } from "../target.js";

interface Options extends PlanFlags {
  readonly board?: string;
  readonly hot?: number;
  readonly duty: number;
  readonly battery: number;
  readonly count?: true;
  readonly json?: true;
}

const BOUNDS = `
Nothing here is measured on a chip. Instructions are estimated from the model's plan, or counted with
--count, which runs one inference on emulated chips. Cycles and power are what the board's description states with its
sources and assumptions (\`xsnn boards --json\`); time and energy are ranges.
The battery feeds the board through a linear regulator; between inferences the chip is in light sleep, its memory kept.
Waking, sensors and the radio are not counted.

Exits with 1 if the board that was named is too small.
`;

export function fitCommand(cli: Cli): Command {
  const { io, answerNo } = cli;
  return new Command("fit")
    .description("say on which boards a model fits, what is short, and what time and energy to expect")
    .argument("<model>", "a .tflite file, or a folder that `xsnn compile` wrote")
    .option("-b, --board <name>", "one board, by name or by the path of a description, a .json file")
    .option("--duty <rate>", 'how often it infers: "2/s", "10/h", "every 10s"', rate, rate("every 10s"))
    .option("--battery <mAh>", "capacity of the battery", integer(1), 1000)
    .option("--count", "run the model on emulated chips and count instructions instead of estimating them")
    .addOption(optimizeOption())
    .addOption(updatableOption())
    .addOption(hotOption())
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      BOUNDS +
        examples(
          "fit digits.tflite",
          'fit digits.tflite --board esp32-c3 --duty "every 5 min" --battery 500',
        ),
    )
    .action(async (path: string, options: Options) => {
      const { boards } = await import("../../../boards/board.js");
      const { fitOn, limitsOf, placeOn } = await import("../../../boards/fit.js");
      const named = options.board === undefined ? undefined : await findChip(options.board);
      const plan = { ...planOptions(options), ...hotOptions(options.hot, named) };
      const target = await openTarget(path, { ...(named && limitsOf(named)), ...plan });
      const model = await modelOf(target);
      const battery: Battery = { milliampHours: options.battery, rate: options.duty };
      const chosen = named ? [named] : (await boards()).filter(isChip);
      const isSmall = (board: ChipBoard) => placeOn(model, board).short.length > 0;
      const counting = async (of: Target, estimated: Model, on: readonly ChipBoard[]) =>
        options.count ? await countedModels(cli, of, estimated, on) : undefined;
      const counted = await counting(target, model, chosen);
      const fits: Fit[] = [];
      for (const board of chosen) {
        // Where the plan of all boards does not fit, one for this board may.
        const own =
          named || !isSmall(board) ? target : await openTarget(path, { ...limitsOf(board), ...plan });
        const ownModel = own === target ? model : await modelOf(own);
        const known = own === target ? counted : await counting(own, ownModel, [board]);
        fits.push(fitOn(known?.get(board) ?? ownModel, board, battery));
      }
      io.out(options.json ? json(document(model, battery, fits)) : await fitText(model, battery, fits));
      if (options.board !== undefined && !fits[0].fits) answerNo();
    });
}

async function modelOf({ report }: Target): Promise<Model> {
  const { estimateBytecode } = await import("../../../boards/fit.js");
  const { estimate } = await import("../../../boards/predict.js");
  return {
    memory: report.memory,
    weightsBytes: report.weightsBytes,
    bytecode: estimateBytecode(report),
    instructions: estimate(report),
  };
}

function document(
  { memory, weightsBytes }: Model,
  { milliampHours, rate }: Battery,
  fits: readonly Fit[],
): object {
  return {
    model: { memory, weightsBytes },
    battery: { milliampHours, inferencesPerSecond: rate },
    boards: fits,
  };
}

function isChip(board: Board): board is ChipBoard {
  return board.kind === "chip";
}
