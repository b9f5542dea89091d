import { Command } from "commander";
import type { Board, ChipBoard } from "../../../boards/board.js";
import { estimateBytecode, placeOn } from "../../../boards/fit.js";
import { estimate, predict } from "../../../boards/predict.js";
import type { Compiled } from "../../compile.js";
import { javascriptBytes } from "../../emit/artifact.js";
import { type LayerReport, type Report, report } from "../../emit/report.js";
import { json, thousands } from "../../emit/text.js";
import { quote } from "../../problems/quote.js";
import { writeArtifact } from "../artifact-folder.js";
import { findBoard } from "../boards.js";
import { type Cli, examples } from "../cli.js";
import { shortagesText } from "../fit-text.js";
import { hotOptions, hotText } from "../hot.js";
import { boardPlan } from "../on-board.js";
import { hotOption, optimizeOption, type PlanFlags, planOptions, updatableOption } from "../options.js";
import { shapeText, table } from "../table.js";
import { compileFile } from "../target.js";
import { addTraining } from "../training/options.js";
import { trainingText } from "../training/text.js";

interface Options extends PlanFlags {
  readonly output?: string;
  readonly board?: string;
  readonly hot?: number;
  readonly json?: true;
}

export function compileCommand({ io }: Cli): Command {
  return addTraining(new Command("compile"))
    .description("compile a model to a module for Moddable and Node")
    .argument("<model>", "an int8 .tflite file, or an .onnx file with QDQ")
    .option(
      "-o, --output <dir>",
      "folder to write; an artifact that is there is replaced (default: ./<module>)",
    )
    .option(
      "-b, --board <name>",
      "plan for the flash and memory of a board: a name that `xsnn boards` lists, or the path of a description",
    )
    .addOption(optimizeOption())
    .addOption(updatableOption())
    .addOption(hotOption())
    .option("--json", "print the plan and the files as JSON")
    .addHelpText(
      "after",
      examples(
        "compile digits.tflite",
        "compile models/keyword.tflite -o app/modules/keyword --json",
        "compile models/keyword.tflite --board esp8266",
        "compile digits.tflite --train head --learning-rate 0.03",
      ),
    )
    .action(async (model: string, { output, json: asJson, board: name, hot, ...flags }: Options) => {
      const board = name === undefined ? undefined : await findBoard(name);
      const compiled = await compileFile(model, {
        ...(board && boardPlan({ board })),
        ...planOptions(flags),
        ...hotOptions(hot, board),
      });
      const folder = output ?? compiled.module;
      await writeArtifact(folder, compiled.artifact);
      io.out(asJson ? json(document(compiled, folder)) : await text(compiled, folder, board, hot));
    });
}

function document({ artifact, plan, module }: Compiled, folder: string): object {
  const files = Object.fromEntries([...artifact].map(([path, bytes]) => [path, bytes.length]));
  return { folder, javascriptBytes: javascriptBytes(artifact), files, plan: report(plan, module) };
}

async function text(
  { artifact, plan, module }: Compiled,
  folder: string,
  board?: Board,
  hot?: number,
): Promise<string> {
  const found = report(plan, module);
  const layers = await table(
    [
      { title: "", align: "right" },
      { title: "Layer" },
      { title: "Output" },
      { title: "Form" },
      { title: "Steps", align: "right" },
      { title: "MACs", align: "right" },
      { title: "Constants", align: "right" },
      { title: "Instructions", align: "right" },
      { title: "Flash", align: "right" },
      { title: "Instead of" },
    ],
    found.layers.map((layer) => [
      layer.op,
      layer.kind,
      layer.outputs.map((id) => shapeText(plan.graph.tensors[id].shape)).join(", ") || "state",
      layer.form,
      layer.steps,
      layer.macs,
      layer.constantBytes,
      layer.instructions,
      layer.flashBytes,
      layer.instead ? insteadText(layer.instead) : "",
    ]),
  );
  const totals = await table(
    [{ title: "Total" }, { title: "", align: "right" }, { title: "" }],
    [
      ["MACs", found.macs, ""],
      ["Arena", found.arenaBytes, "bytes of RAM"],
      ["weights.bin", found.weightsBytes, "bytes of flash"],
      ["JavaScript", javascriptBytes(artifact), "bytes of source, before XS compiles it to byte code"],
      ["Flash", found.flashBytes, "bytes in all, predicted: byte code, frozen objects, weights.bin"],
      [
        "Chunks",
        found.memory.chunkBytes,
        "bytes of RAM that live at once at most, predicted, arena included",
      ],
    ],
  );
  const fit =
    board?.kind === "chip"
      ? (hot === undefined ? "" : hotText(found, board, predict(estimate(found), board))) +
        fitText(found, board)
      : "";
  return `${layers}\n${totals}\n${longestStep(found)}\n${await trainingText(plan)}${fit}Written to ${folder}\n`;
}

/** What the form that was chosen is better than. */
function insteadText({ form, instructions, flashBytes }: NonNullable<LayerReport["instead"]>): string {
  return `${form}: ${thousands(instructions)}, ${thousands(flashBytes)} bytes`;
}

/** Whether the model fits on the board that it was planned for. */
function fitText(found: Report, board: ChipBoard): string {
  const { memory, weightsBytes } = found;
  const { flash, short } = placeOn({ memory, weightsBytes, bytecode: estimateBytecode(found) }, board);
  if (short.length === 0)
    return `${board.name}: it fits, in ${thousands(flash.needed)} of ${thousands(flash.available)} bytes of flash.\n`;
  return shortagesText(board.name, short);
}

function longestStep({ layers }: Report): string {
  const steps = layers.reduce((sum, layer) => sum + layer.steps, 0);
  const longest = layers.reduce<LayerReport | undefined>(
    (most, layer) => (most && most.longestStep >= layer.longestStep ? most : layer),
    undefined,
  );
  if (!longest) return "No layers.";
  const place = `layer ${longest.op}, ${longest.kind} ${quote(longest.name)}`;
  return `Steps: ${thousands(steps)}; the longest takes ${thousands(longest.longestStep)} instructions: ${place}`;
}
