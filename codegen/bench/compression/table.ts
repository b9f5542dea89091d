/** What compression costs models in accuracy, and saves in bytes and instructions, as Markdown. */
import { thousands } from "../../emit/text.js";
import type { Conditions, Counted } from "../formats/table.js";
import { millions, percent } from "../ruler/markdown.js";

/** A model after one way of compression. */
export interface CompressionRow {
  readonly name: string;
  /** How many held-out samples it is right on. */
  readonly right: number;
  /** Weights that are not zero. */
  readonly nonZero: number;
  /** Weights and biases, deflated. */
  readonly parameterBytes: number;
  /** Of one and the same artifact. */
  readonly counted: Omit<Counted, "layers">;
  /** Instructions of its pointwise and dense layers; undefined where the network is of another form. */
  readonly mixing: number | undefined;
}

export interface ModelCompression {
  readonly model: string;
  readonly macs: number;
  readonly parameters: number;
  readonly evaluated: number;
  readonly trained: number;
  /** How many held-out samples the float model is right on. */
  readonly floatRight: number;
  /** The first is what others are held against. */
  readonly rows: readonly CompressionRow[];
}

/** A model's table, and what its figures are. */
export function compressionSection(model: ModelCompression, conditions: Conditions): string {
  return `${modelTable(model)}\n${notes(conditions)}`;
}

function modelTable(model: ModelCompression): string {
  const { floatRight, evaluated, parameters, rows } = model;
  const [dense] = rows;
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const times = (before: number, after: number) => (before / after).toFixed(2);
  return [
    `**${model.model}**: ${thousands(model.macs)} MACs, ${thousands(parameters)} parameters, `,
    `${thousands(4 * parameters)} bytes in float32; accuracy on ${thousands(evaluated)} held-out samples, `,
    `${percent(floatRight, evaluated)} % in float32; trained with ${thousands(model.trained)} samples.\n\n`,
    line([
      "",
      "accuracy",
      "drop, points",
      "weights",
      "parameters",
      "× smaller",
      "flash",
      "RAM",
      "instructions",
      "× fewer",
      "× fewer, mixing",
    ]),
    line(["---", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:", "--:"]),
    ...rows.map(({ name, right, nonZero, parameterBytes, counted, mixing }) =>
      line([
        name,
        `${percent(right, evaluated)} %`,
        percent(floatRight - right, evaluated),
        thousands(nonZero),
        thousands(parameterBytes),
        times(4 * parameters, parameterBytes),
        thousands(counted.flashBytes),
        thousands(counted.ramBytes),
        millions(counted.instructions),
        times(dense.counted.instructions, counted.instructions),
        mixing === undefined ? "–" : times(dense.mixing!, mixing),
      ]),
    ),
  ].join("");
}

function notes({ date, board, engine, command }: Conditions): string {
  return [
    `Made on ${date} by \`${command}\`. The same seeds give the same weights, so run again it gives the same figures.`,
    "*Accuracy* is that of the quantized graph with the device's own arithmetic, on samples that were neither trained nor calibrated with. The *drop* is from the float model.",
    "*Weights*: those that are not zero. *Parameters*: weights and biases as they are stored in a model file, deflated; *× smaller* than four bytes for each parameter of the float model.",
    `*Flash*, *RAM* and *instructions* are of one artifact, planned by \`--board ${board}\` and counted in QEMU (\`${engine}\`), collections included; its outputs are those that accuracy was measured with. Flash is bytecode, frozen objects and \`weights.bin\`, the runtime's among them; *× fewer* instructions than int8 dense; *mixing*: in pointwise and dense layers alone.`,
  ]
    .map((note) => `- ${note}\n`)
    .join("");
}
