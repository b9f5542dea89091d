import { Command, InvalidArgumentError } from "commander";
import { ADDRESS_FORMS, type Address, parseAddress } from "../../../boards/transports/address.js";
import { hashWords } from "../../emit/structure.js";
import { json } from "../../emit/text.js";
import { refuse } from "../../problems/problem.js";
import { MAX_COUNTER, packUpdate } from "../../store/pack.js";
import { structureHash } from "../../store/structures.js";
import { readArtifact } from "../artifact-folder.js";
import { findChip } from "../boards.js";
import { type Cli, examples } from "../cli.js";
import { DATA_HELP, readDataset } from "../data/dataset.js";
import { addPreprocessing, preprocessingOf } from "../data/options.js";
import type { Preprocessing } from "../data/preprocessing.js";
import { printProblems, problemsOf } from "../errors.js";
import { erasures, lineJoules } from "../federated/round-costs.js";
import { coordinate, type Round } from "../federated/session.js";
import { type Rounds, roundsText, roundText } from "../federated/text.js";
import { TrainedModel } from "../federated/trained-model.js";
import { requireWritable, writeWhole } from "../files.js";
import { edges } from "../inputs/tensor.js";
import { integer } from "../options.js";
import { readPrivateKey } from "../store/key-file.js";
import { testVectors } from "../store/test-vectors.js";

interface Options extends Preprocessing {
  readonly listen: readonly Address[];
  readonly rounds: number;
  readonly boards: number;
  readonly minimum: number;
  readonly deadline: number;
  readonly topK: number;
  readonly bits: 8 | 32;
  readonly board?: string;
  readonly data?: string;
  readonly labels?: string;
  readonly key: string;
  readonly counter: number;
  readonly output: string;
  readonly json?: true;
}

const HELP = `
Boards train on their own data from the parameters that a round begins with, and send what that changed; only differences and
numbers of samples leave them. What all rounds came to is packed and signed as an update, as \`xsnn pack\` does. A board may join
late, start anew, miss rounds or stay away: a round ends when all have answered, or at the deadline with those that have.
Addresses: ${ADDRESS_FORMS}.
`;

function address(text: string, others: readonly Address[] = []): Address[] {
  const found = parseAddress(text);
  if (!found) throw new InvalidArgumentError(`It must be ${ADDRESS_FORMS}.`);
  return [...others, found];
}

/** A part of all, in thousandths. */
function permille(text: string): number {
  const value = Math.round(1000 * Number(text));
  if (!(value >= 1 && value <= 1000)) throw new InvalidArgumentError("It must be from 0.001 to 1.");
  return value;
}

function bits(text: string): 8 | 32 {
  if (text !== "8" && text !== "32") throw new InvalidArgumentError("It must be 8 or 32.");
  return text === "8" ? 8 : 32;
}

export function coordinateCommand(cli: Cli): Command {
  const command = new Command("coordinate")
    .description("average what boards learn on their own data (federated training), and pack it as an update")
    .argument("<artifact>", "a folder that `xsnn compile --train` wrote (its code is run: trust it)")
    .requiredOption("-l, --listen <address>", "where boards connect; may be given several times", address)
    .requiredOption("-r, --rounds <n>", "how often boards train and are averaged", integer(1, 1e6))
    .requiredOption("-n, --boards <n>", "how many boards there are", integer(1, 1000))
    .option("--minimum <n>", "how many must have answered before a round ends", integer(1, 1000), 1)
    .option("--deadline <s>", "seconds after which a round ends with those who have", integer(1, 1e6), 60)
    .option(
      "--top-k <part>",
      "send only this part of each tensor, the greatest changes: 0.001 to 1",
      permille,
      1000,
    )
    .option("--bits <n>", "bits of what is sent of each: 8 or 32", bits, 32)
    .requiredOption("-k, --key <file>", "private key that `xsnn key` wrote")
    .requiredOption(
      "-c, --counter <n>",
      "version of the update: boards take only what is greater than theirs",
      integer(1, MAX_COUNTER),
    )
    .requiredOption("-o, --output <file>", "the update to write")
    .option("-b, --board <name>", "what the boards are, to state the energy that serial lines take")
    .option("-d, --data <path>", "labelled samples to measure accuracy on after each round; see below")
    .option("--labels <what>", "what the samples are; see below");
  return addPreprocessing(command)
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      HELP +
        DATA_HELP +
        examples(
          "coordinate digits --listen tcp:7700 --rounds 10 --boards 4 --key update-key.pem --counter 2 -o digits-2.xsnn",
          "coordinate digits --listen serial:/dev/ttyUSB0 --listen serial:/dev/ttyUSB1 --rounds 20 --boards 2 --bits 8 --top-k 0.1 --board esp32-c3 --key update-key.pem --counter 3 -o digits-3.xsnn",
        ),
    )
    .action((folder: string, options: Options) => run(cli, folder, options));
}

async function run(cli: Cli, folder: string, options: Options): Promise<void> {
  const { io } = cli;
  const { rounds, boards, minimum } = options;
  if (minimum > boards) refuse("federated-boards", { minimum, boards });
  const target = await readArtifact(folder);
  const { artifact, report } = target;
  const structure = structureHash(report, folder);
  const key = await readPrivateKey(options.key);
  await requireWritable(options.output);
  const board = options.board === undefined ? undefined : await findChip(options.board);
  const model = await TrainedModel.open(folder, target);
  const data = await labelled(target, options);
  const accuracyBefore = data && model.accuracy(data);
  const done: Rounds["rounds"][number][] = [];
  const onRound = (round: Round) => {
    const lines = round.traffic.map((traffic, i) => ({ address: options.listen[i], traffic }));
    const joules = board && lineJoules(board, lines);
    const accuracy = data && model.accuracy(data);
    done.push({
      round: round.round + 1,
      boards: round.boards,
      samples: round.samples,
      dropped: round.dropped,
      seconds: round.milliseconds / 1000,
      sentBytes: round.traffic.reduce((sum, { sent }) => sum + sent, 0),
      receivedBytes: round.traffic.reduce((sum, { received }) => sum + received, 0),
      ...(joules && { joules }),
      ...(accuracy !== undefined && { accuracy }),
    });
    if (!options.json) io.out(roundText(done[done.length - 1], rounds));
  };
  await coordinate({
    addresses: options.listen,
    options: {
      model: hashWords(structure),
      learner: model,
      rounds,
      boards,
      minimum,
      roundDeadline: 1000 * options.deadline,
      compression: { bits: options.bits, permille: options.topK },
    },
    interrupted: io.interrupted,
    onListening: (addresses) => io.err(`listening at ${addresses.join(", ")}\n`),
    onRound,
    onRefused: (why) => io.err(`refused: ${why}\n`),
  }).catch((error) => {
    if (io.interrupted?.aborted && io.lastWords)
      printProblems({ ...io, out: io.lastWords, err: io.lastWords }, problemsOf(error), false);
    throw error;
  });
  const weights = model.weights();
  const trained = { artifact: new Map(artifact).set("weights.bin", weights), report };
  const vectors = await testVectors(cli, trained);
  const update = packUpdate({ structure, weights, counter: options.counter, vectors }, key);
  await writeWhole(options.output, update);
  const found: Rounds = {
    output: options.output,
    counter: options.counter,
    bytes: update.length,
    erasures: erasures(update),
    ...(accuracyBefore !== undefined && { accuracyBefore }),
    rounds: done,
  };
  io.out(options.json ? json(found) : roundsText(found));
}

async function labelled(
  { report }: Awaited<ReturnType<typeof readArtifact>>,
  { data, labels, ...rest }: Options,
) {
  if (data === undefined) return undefined;
  const [output] = edges(report, report.outputs);
  const found = await readDataset(
    data,
    { inputs: edges(report, report.inputs), output },
    preprocessingOf(rest),
    labels,
  );
  return found.labels
    ? { samples: found.samples, labels: found.labels }
    : refuse("federated-no-labels", { path: data });
}
