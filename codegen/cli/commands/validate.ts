import { Command } from "commander";
import type { Engine, Machine } from "../../../boards/engine.js";
import { json, thousands } from "../../emit/text.js";
import { elements } from "../../graph/graph.js";
import type { PlanOptions } from "../../plan/options.js";
import { Refusal, refuse } from "../../problems/problem.js";
import { quote } from "../../problems/quote.js";
import { type Cli, examples } from "../cli.js";
import { type Comparison, compareEngines } from "../comparison.js";
import { dumper } from "../dump.js";
import { randomVectors } from "../inputs/random.js";
import { INPUT_HELP, readInputs } from "../inputs/read-inputs.js";
import { edges } from "../inputs/tensor.js";
import { boardMachine, boardPlan, type OnBoard, openBoard } from "../on-board.js";
import {
  boardOption,
  engineOption,
  installOption,
  integer,
  machineOption,
  optimizeOption,
  type PlanFlags,
  planOptions,
  updatableOption,
} from "../options.js";
import { withProgress } from "../progress.js";
import { shapeText } from "../table.js";
import { openTarget, type Target } from "../target.js";

/** Random vectors of a model with streaming state have this many steps, so that state reaches every layer's input. */
const STREAMING_STEPS = 4;

interface Options extends PlanFlags {
  readonly engine: string;
  readonly against: string;
  readonly machine?: Machine;
  readonly board?: string;
  readonly input?: readonly string[];
  readonly random: number;
  readonly seed: number;
  readonly dump?: string;
  readonly json?: true;
}

export function validateCommand(cli: Cli): Command {
  const { io, engine, answerNo } = cli;
  return new Command("validate")
    .description("run a model on two engines and compare every intermediate tensor, byte by byte")
    .argument("<model>", "a .tflite file, or a folder that `xsnn compile` wrote (its code is run: trust it)")
    .addOption(engineOption("the engine to check", "xs"))
    .option("--against <name>", "the engine to compare with", "node")
    .addOption(machineOption())
    .addOption(boardOption())
    .addOption(installOption())
    .addOption(optimizeOption())
    .addOption(updatableOption())
    .option("-i, --input <file...>", "inputs to run beside the random ones; see below")
    .option("--random <n>", "how many random vectors to run", integer(0), 10)
    .option("--seed <s>", "what random vectors to make", integer(0), 1)
    .option("--dump <dir>", "folder for every tensor, as <engine>/<vector>/t<id>.npy, vectors counted from 0")
    .option("--json", "print the comparison as JSON")
    .addHelpText(
      "after",
      `${INPUT_HELP}

Tensors are compared after the last step of a vector, outputs after each. Exits with 1 if anything differs.
${examples("validate digits.tflite", "validate digits --random 100 --seed 7", "validate digits --board esp32-c3", "validate digits --random 0 --input seven.png --dump tensors")}`,
    )
    .action(async (model: string, options: Options) => {
      const onBoard = options.board === undefined ? undefined : await openBoard(cli, options.board);
      const engines = [
        await engine(options.against),
        onBoard?.engine ?? (await engine(options.engine)),
      ] as const;
      const { target, machine = options.machine } = await observableTarget(
        model,
        { ...(onBoard && boardPlan(onBoard)), ...planOptions(options) },
        onBoard,
      );
      const inputs = edges(target.report, target.report.inputs);
      const { random: count, seed, dump } = options;
      const steps = target.report.variables.length > 0 ? STREAMING_STEPS : 1;
      const vectors = [
        ...(await readInputs(options.input ?? [], inputs)),
        ...randomVectors(inputs, { count, steps, seed }),
      ];
      if (vectors.length === 0) return refuse("input-needed", { names: inputs.map(({ name }) => name) });
      const comparison = await withProgress(io, (onProgress) =>
        compareEngines(target, vectors, {
          engines,
          onProgress,
          ...(machine && { machine }),
          ...(dump !== undefined && { onTrace: dumper(dump, target.report) }),
        }),
      );
      io.out(options.json ? json(document(engines, comparison)) : text(engines, comparison));
      if (comparison.difference) answerNo();
    });
}

/**
 * The target, every tensor of which can be compared where it is compiled here and the board has room for that; and the board's
 * machine.
 *
 * @throws Refusal `board-too-small` where the board has not even room for the others
 */
async function observableTarget(
  model: string,
  options: PlanOptions,
  onBoard: OnBoard | undefined,
): Promise<{ readonly target: Target; readonly machine?: Machine | undefined }> {
  const target = await openTarget(model, { ...options, observable: true });
  if (!onBoard) return { target };
  try {
    return { target, machine: boardMachine(onBoard, target)?.machine };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const smaller = await openTarget(model, options);
    return { target: smaller, machine: boardMachine(onBoard, smaller)?.machine };
  }
}

type Pair = readonly [Engine, Engine];

function document([a, b]: Pair, comparison: Comparison): object {
  return { engines: [a.name, b.name], identical: comparison.difference === undefined, ...comparison };
}

function text([a, b]: Pair, { vectors, tensors, bytes, hidden, difference }: Comparison): string {
  const rest = hidden > 0 ? hiddenText(hidden) : "";
  if (!difference)
    return `identical on ${a.name} and ${b.name}: ${thousands(vectors)} vectors, ${thousands(tensors)} tensors, ${thousands(bytes)} bytes compared\n${rest}`;
  const { vector, step, tensor, layer, element, values, differing } = difference;
  const size = elements(tensor.shape);
  return [
    `${a.name} and ${b.name} differ in vector ${quote(vector)}, step ${step}`,
    layer ? `  layer ${layer.index}: ${layer.kind} ${quote(layer.name)}` : "  before the first layer",
    `  tensor ${tensor.id} ${quote(tensor.name)}, ${tensor.dtype} ${shapeText(tensor.shape)}: ${thousands(differing)} of ${thousands(size)} elements differ`,
    `  element ${element} ${position(element, tensor.shape)}: ${values[0]} on ${a.name}, ${values[1]} on ${b.name}`,
    rest,
  ].join("\n");
}

/** What it takes to compare everything: an artifact keeps its tensors where it is fastest. */
function hiddenText(count: number): string {
  return `${thousands(count)} tensors lie inside layers and were not compared: validate the .tflite file, without --board, to see them\n`;
}

/** The index along each dimension of an element, e.g. `[0, 3, 27, 0]`. */
function position(element: number, shape: readonly number[]): string {
  let rest = element;
  const indices = shape.toReversed().map((length) => {
    const index = rest % length;
    rest = Math.floor(rest / length);
    return index;
  });
  return `[${indices.reverse().join(", ")}]`;
}
