/** A split for people: who computes and sends what, what each stage takes, and what one board would. */
import { thousands } from "../../emit/text.js";
import { quote } from "../../problems/quote.js";
import type { Objective } from "../../split/partition.js";
import type { SplitPlan, SplitStage } from "../../split/split-plan.js";
import { table } from "../table.js";
import type { Chain } from "./chain.js";
import type { SplitFile } from "./split-file.js";

/** @param inputs files of typical inputs, if there are any */
export async function splitText(
  { plan, one }: Pick<SplitFile, "plan" | "one">,
  chain: Chain,
  objective: Objective,
  inputs: readonly string[] | undefined,
): Promise<string> {
  const basis = inputs ? "these inputs" : "inputs without zeros";
  const learning = await learningText(plan);
  const total = totals(plan, one, objective, basis);
  return [diagram(plan, chain), await stageTable(plan), ...learning, total].join("\n");
}

function diagram({ stages }: SplitPlan, { boards, links }: Chain): string {
  const lines = ["inputs"];
  let sent: SplitStage | undefined;
  for (const [index, board] of boards.entries()) {
    const stage = stages.find(({ boardIndex }) => boardIndex === index);
    const isLast = stages[stages.length - 1].boardIndex < index;
    if (index > 0 && sent && !isLast)
      lines.push(`   │  ${links[index - 1].name}, ${thousands(sent.bytesSent)} bytes`);
    else if (!isLast) lines.push("   │");
    if (!isLast) lines.push("   ▼");
    lines.push(
      `[${index + 1}] ${board.name}: ${stage ? `stage ${stages.indexOf(stage) + 1}, ${layersText(stage)}` : isLast || !sent ? "nothing" : "passes on"}`,
    );
    if (stage) sent = stage;
    if (stage === stages[stages.length - 1]) lines.push("   │", "   ▼", "outputs");
  }
  return `${lines.join("\n")}\n`;
}

function layersText({ layers }: SplitStage): string {
  const [first, last] = [layers[0], layers[layers.length - 1]].map((name) => quote(shortened(name)));
  return layers.length === 1 ? first : `${first} to ${last}, ${layers.length} operators`;
}

/** Converters join the names of all that they fuse. Parts of layers are told apart by what follows all of these. */
function shortened(name: string): string {
  const [first, ...others] = name.split(";");
  const part = others.length > 0 ? (/\/\d+$/.exec(name)?.[0] ?? "") : "";
  return (first.length > 40 ? `…${first.slice(-39)}` : first) + part;
}

async function stageTable({ stages }: SplitPlan): Promise<string> {
  const right = (title: string) => ({ title, align: "right" as const });
  return table(
    [
      { title: "Stage" },
      { title: "Board" },
      right("Instructions"),
      right("Computes"),
      right("Sends"),
      right("Takes"),
      right("Idle"),
      right("Energy"),
      right("Flash"),
      right("RAM"),
    ],
    stages.map((stage, i) => [
      `stage${i + 1}`,
      stage.board,
      Math.round(stage.instructions),
      milliseconds(stage.computeMilliseconds),
      `${thousands(stage.bytesSent)} bytes`,
      milliseconds(stage.transferMilliseconds),
      milliseconds(stage.idleMilliseconds),
      `${stage.millijoules.toFixed(1)} mJ`,
      Math.round(stage.flashBytes),
      Math.round(stage.heapBytes),
    ]),
  );
}

/** What each stage's part of training takes; nothing where nothing is trained. */
async function learningText({ stages }: SplitPlan): Promise<string[]> {
  const right = (title: string) => ({ title, align: "right" as const });
  const rows = stages.flatMap(({ learning, board }, i) => {
    if (!learning) return [];
    const { layers, sampleInstructions, updateInstructions, heapBytes, flashBytes, bytesBack } = learning;
    const trained = layers.filter(({ weights, biases }) => weights + biases > 0);
    return [
      [
        `stage${i + 1}`,
        board,
        trained.map(({ name }) => quote(shortened(name))).join(", "),
        sampleInstructions,
        updateInstructions,
        heapBytes,
        flashBytes,
        `${thousands(bytesBack)} bytes`,
      ],
    ];
  });
  if (rows.length === 0) return [];
  const figures = ["Learns from a sample", "Update", "RAM", "Flash", "Gradients back"].map(right);
  const head = [{ title: "Stage" }, { title: "Board" }, { title: "Trains" }, ...figures];
  return [
    await table(head, rows),
    "RAM and flash are among those above. A stage waits for a sample's gradients before it takes the next one.\n",
  ];
}

function totals(plan: SplitPlan, one: SplitPlan | undefined, objective: Objective, basis: string): string {
  const lines = [
    `Made least: ${objective}. A result every ${milliseconds(plan.intervalMilliseconds)}, each ${milliseconds(plan.latencyMilliseconds)} after its inputs, for ${plan.millijoules.toFixed(1)} mJ.`,
  ];
  if (!one) lines.push("It does not fit one board.");
  else {
    const [{ board }] = one.stages;
    const ratio = one.intervalMilliseconds / plan.intervalMilliseconds;
    lines.push(
      `On one board, ${board}: a result every ${milliseconds(one.intervalMilliseconds)}, for ${one.millijoules.toFixed(1)} mJ. The split gives ${ratio.toFixed(2)} times as many results.`,
    );
  }
  lines.push(
    `Predicted, not measured: instructions by the cost model for ${basis}, cycles and power as the boards' descriptions assume.`,
  );
  return `${lines.join("\n")}\n`;
}

function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}
