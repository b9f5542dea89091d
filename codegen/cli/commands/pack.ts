import { Command } from "commander";
import { json, thousands } from "../../emit/text.js";
import { MAX_COUNTER, packUpdate } from "../../store/pack.js";
import { requireSameStructure, structureHash } from "../../store/structures.js";
import { readArtifact } from "../artifact-folder.js";
import { type Cli, examples } from "../cli.js";
import { requireWritable, writeWhole } from "../files.js";
import { INPUT_HELP } from "../inputs/read-inputs.js";
import { integer } from "../options.js";
import { readPrivateKey } from "../store/key-file.js";
import { testVectors } from "../store/test-vectors.js";

interface Options {
  readonly key: string;
  readonly counter: number;
  readonly output: string;
  readonly for?: string;
  readonly vectors?: readonly string[];
  readonly json?: true;
}

const HELP = `
The update holds weights.bin, a few inputs and what the model makes of them, computed here; a board that has taken it computes
them again and goes back to the model before it where a byte differs. Two random inputs, if none are given.
`;

export function packCommand(cli: Cli): Command {
  return new Command("pack")
    .description("pack and sign the weights of a model, for boards that have a model store")
    .argument("<artifact>", "a folder that `xsnn compile --updatable` wrote (its code is run: trust it)")
    .requiredOption("-k, --key <file>", "private key that `xsnn key` wrote")
    .requiredOption(
      "-c, --counter <n>",
      "version: boards take only what is greater than theirs",
      integer(1, MAX_COUNTER),
    )
    .requiredOption("-o, --output <file>", "the update to write")
    .option(
      "--for <artifact>",
      "the artifact in the application of the boards: refuse what they would refuse",
    )
    .option(
      "--vectors <file...>",
      "inputs for the self-test: .npy, .npz, .bin, .png, .wav or .json; see below",
    )
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      HELP +
        INPUT_HELP +
        examples(
          "pack keyword --key update-key.pem --counter 2 -o keyword-2.xsnn",
          "pack new/keyword --for old/keyword --key update-key.pem --counter 2 --vectors yes.npy no.npy -o keyword-2.xsnn",
        ),
    )
    .action(async (folder: string, options: Options) => {
      const target = await readArtifact(folder);
      const structure = structureHash(target.report, folder);
      if (options.for !== undefined)
        requireSameStructure(
          { report: target.report, path: folder },
          { report: (await readArtifact(options.for)).report, path: options.for },
        );
      const key = await readPrivateKey(options.key);
      await requireWritable(options.output);
      const vectors = await testVectors(cli, target, options.vectors);
      const weights = target.artifact.get("weights.bin")!;
      const update = packUpdate({ structure, weights, counter: options.counter, vectors }, key);
      await writeWhole(options.output, update);
      const found = {
        output: options.output,
        bytes: update.length,
        weightsBytes: weights.length,
        vectors: vectors.length,
        counter: options.counter,
        structure,
      };
      cli.io.out(options.json ? json(found) : text(found));
    });
}

interface Packed {
  readonly output: string;
  readonly bytes: number;
  readonly weightsBytes: number;
  readonly vectors: number;
  readonly counter: number;
  readonly structure: string;
}

function text({ output, bytes, weightsBytes, vectors, counter, structure }: Packed): string {
  return `Version ${counter} for code of structure ${structure.slice(0, 16)}
${thousands(weightsBytes)} bytes of weights and ${vectors} ${vectors === 1 ? "vector" : "vectors"}, ${thousands(bytes)} bytes in all
Written to ${output}
`;
}
