import { Command } from "commander";
import { json, thousands } from "../../emit/text.js";
import { byteLength } from "../../graph/graph.js";
import { print } from "../../graph/print.js";
import { type Inspection, inspect } from "../../inspect.js";
import { format } from "../../problems/format.js";
import { type Cli, examples } from "../cli.js";
import { problemsJson } from "../errors.js";
import { readModel } from "../model-file.js";
import { table } from "../table.js";

export function inspectCommand({ io, answerNo }: Cli): Command {
  return new Command("inspect")
    .description("show a model's graph, operators, and what cannot be compiled and why; writes nothing")
    .argument("<model>", "a .tflite or .onnx file")
    .option("--json", "print it as JSON")
    .addHelpText(
      "after",
      `\nExits with 0 if the model can be compiled, with 1 if not.\n${examples("inspect digits.tflite")}`,
    )
    .action(async (model: string, options: { readonly json?: true }) => {
      const { bytes, companions } = await readModel(model);
      const inspection = inspect(bytes, model, companions);
      io.out(options.json ? json(document(inspection)) : await text(inspection));
      if (inspection.problems.length > 0) answerNo();
    });
}

function document({ graph, operators, constantBytes, computedBytes, problems }: Inspection): object {
  return {
    graph: print(graph),
    operators: Object.fromEntries(operators),
    constantBytes,
    computedBytes,
    tensors: graph.tensors.map((tensor, id) => {
      const { name, dtype, shape, data } = tensor;
      return { id, name, dtype, shape, bytes: byteLength(tensor), constant: data !== undefined };
    }),
    problems: problemsJson(problems),
  };
}

async function text({
  graph,
  operators,
  constantBytes,
  computedBytes,
  problems,
}: Inspection): Promise<string> {
  const counts = await table([{ title: "Operator" }, { title: "Count", align: "right" }], [...operators]);
  const bytes = `Constants ${thousands(constantBytes)} bytes; all that is computed ${thousands(computedBytes)} bytes, before memory is reused.`;
  const verdict =
    problems.length === 0
      ? "It can be compiled.\n"
      : `It cannot be compiled:\n\n${problems.map((problem) => `${format(problem)}\n`).join("")}`;
  return `${print(graph)}\n${counts}\n${bytes}\n\n${verdict}`;
}
