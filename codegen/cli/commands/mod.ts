import { Command } from "commander";
import { limitsOf } from "../../../boards/fit.js";
import { buildArchive } from "../../../boards/moddable/mcrun.js";
import { json } from "../../emit/text.js";
import { mod } from "../../mod/mod.js";
import { writeArtifact } from "../artifact-folder.js";
import { findChip } from "../boards.js";
import { type Cli, examples } from "../cli.js";
import { DEFAULT_PARTITION, hostOn, modRoom } from "../mod/room.js";
import { modText, type WrittenMod } from "../mod/text.js";
import { integer, optimizeOption, type PlanFlags, planOptions, updatableOption } from "../options.js";
import { compileFile } from "../target.js";

interface Options extends PlanFlags {
  readonly board: string;
  readonly output?: string;
  readonly partition: number;
  readonly json?: true;
}

export function modCommand({ io }: Cli): Command {
  return new Command("mod")
    .description("compile a model to a Moddable mod, which is installed beside the firmware")
    .argument("<model>", "an int8 .tflite file, or an .onnx file with QDQ")
    .requiredOption(
      "-b, --board <name>",
      "the board that it is for: a name that `xsnn boards` lists, or the path of a description, a .json file",
    )
    .option(
      "-o, --output <dir>",
      "folder to write; a mod that is there is replaced (default: ./<module>-mod)",
    )
    .option(
      "--partition <bytes>",
      "bytes of the application's partition `xs`, which holds mods",
      integer(1),
      DEFAULT_PARTITION,
    )
    .addOption(optimizeOption())
    .addOption(updatableOption())
    .option("--json", "print what it takes as JSON")
    .addHelpText(
      "after",
      examples("mod keyword.tflite --board esp32-c3", "mod keyword.tflite --board esp32 -o app/keyword-mod"),
    )
    .action(async (model: string, { board: name, output, partition, json: asJson, ...flags }: Options) => {
      const board = await findChip(name);
      const compiled = await compileFile(model, { ...limitsOf(board), ...planOptions(flags), isMod: true });
      const made = mod(compiled, hostOn(board));
      const archive = await buildArchive(made.files, made.module, board.moddable.platform);
      const room = modRoom(made, board, partition, archive?.length);
      const folder = output ?? `${made.module}-mod`;
      const files = new Map(made.files);
      if (archive) files.set(`${made.module}.xsa`, archive);
      await writeArtifact(folder, files);
      const written: WrittenMod = { mod: made, board, room, folder, ...(archive && { archive }) };
      io.out(asJson ? json(document(written)) : await modText(written));
    });
}

function document({ mod: { module, report, resident }, room, folder, archive }: WrittenMod): object {
  return { folder, module, isBuilt: archive !== undefined, ...room, resident, plan: report };
}
