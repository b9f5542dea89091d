/** `xsnn learn` on a split model: all its boards learn together, each its own part. */
import { runChain } from "../../../boards/chain/run-chain.js";
import { gradientBytes, lesson, setWord, wordOf } from "../../../runtime/pipeline/training-words.js";
import { refuse } from "../../problems/problem.js";
import type { Cli } from "../cli.js";
import { edges } from "../inputs/tensor.js";
import { type Learned, type LearningData, lessonsOf, scoresOf } from "../training/learn.js";
import { packed, unpacked } from "./messages.js";
import { chainJob, type SplitOptions } from "./run-split.js";
import type { SplitFolder } from "./split-folder.js";

export interface SplitLearned extends Omit<Learned, "instructions"> {
  readonly stages: readonly StageLearned[];
}

/** Means of a sample, of those that were examined too, but for learning, of those that were learned from. */
export interface StageLearned {
  readonly board: string;
  readonly engine: string;
  /** On engines that count, collections included: of its layers, and of learning with its share of updates. */
  readonly instructions?: { readonly run: number; readonly learn: number };
  /** Bytes of frames to the next board, and to the one before. */
  readonly sentDown: number;
  readonly sentUp: number;
  /** Of a sample's gradients that come from the next board, without frames. */
  readonly gradientBytes: number;
}

/** @throws Refusal `train-nothing`, `labels-missing`, or what running a split refuses */
export async function learnOnSplit(
  cli: Cli,
  path: string,
  split: SplitFolder,
  data: LearningData,
  passes: number,
  options: SplitOptions,
): Promise<SplitLearned> {
  const { stages } = split;
  if (!stages.some(({ layout }) => layout.training)) refuse("train-nothing", { path });
  const [first, last] = [stages[0], stages[stages.length - 1]];
  const { inputs, labels, result } = lessonsOf(data, passes, edges(first.report, first.report.inputs));
  const [output] = edges(last.report, last.report.outputs);
  const job = await chainJob(cli, split, options);
  const messages = inputs.map((bytes, i) => {
    const message = packed(first.layout.incoming, bytes);
    setWord(message, lesson(labels[i]));
    return message;
  });
  const found = await runChain({ ...job, inputs: messages, stepSeconds: 3600 });
  const scores = (vector: number) =>
    scoresOf(unpacked(last.layout.outgoing, found.outputs[vector].bytes), output);
  const losses = found.outputs.flatMap(({ bytes }, i) =>
    labels[i] === undefined ? [] : wordOf(bytes) / 65536,
  );
  const lessons = losses.length;
  return {
    engine: [...new Set(job.stages.map(({ engine }) => engine.name))].join(", "),
    ...result(scores, losses),
    stages: found.stages.map(({ layers, sentDown, sentUp }, i) => {
      const { board, report, layout } = stages[i];
      const counted = layers?.map((it) => it?.instructions ?? 0);
      const sum = counted?.slice(0, report.layers.length).reduce((total, it) => total + it, 0);
      return {
        board,
        engine: job.stages[i].engine.name,
        ...(counted && {
          instructions: {
            run: Math.round(sum! / inputs.length),
            learn: Math.round((counted[report.layers.length] ?? 0) / lessons),
          },
        }),
        sentDown: Math.round(sentDown / inputs.length),
        sentUp: Math.round(sentUp / inputs.length),
        gradientBytes: gradientBytes(layout.training?.received ?? []),
      };
    }),
  };
}
