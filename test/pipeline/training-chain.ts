/** A model in stages that trains, as a chain for the simulator; and the same in one process. */
import type { Graph } from "../../codegen/graph/graph.js";
import { instantiate, instantiateTrainable } from "../../codegen/plan/instantiate.js";
import type { PlanOptions } from "../../codegen/plan/options.js";
import { type Plan, plan } from "../../codegen/plan/plan.js";
import { layoutOf, withLessons } from "../../codegen/split/layout.js";
import { stageGraph } from "../../codegen/split/stage-graph.js";
import { stageTraining } from "../../codegen/split/training.js";
import type { TrainOptions } from "../../codegen/training/options.js";
import { lesson, setWord } from "../../runtime/pipeline/training-words.js";
import type { TrainableNetwork } from "../../runtime/training/trainable-network.js";
import { type Chain, MODEL } from "./chain.js";

export interface Sample {
  /** Bytes of the model's only input. */
  readonly input: Uint8Array;
  readonly label?: number;
  /** Whether parameters are moved after it, though it may not be the last of a batch. */
  readonly isLast?: boolean;
}

/** By layer: its master weights and biases, and what is deployed of them. */
export type Learned = Readonly<
  Record<string, { readonly master: Int32Array; readonly deployed: Uint8Array }>
>;

export interface TrainingChain extends Chain {
  readonly plans: readonly Plan[];
  /** What each of a stage's parameters is of, as `Learned` has it. */
  titlesOf(stage: number): readonly string[];
  /** What the boards have learned by now. */
  learned(): Learned;
}

/** Weights and then biases, as `TrainableNetwork.learned` has them, and the number of each among `parameters`. */
function partsOf({ training }: Plan) {
  const { weights, biases } = training!;
  return [
    ...weights.map(({ name, parameter }) => ({ title: `${name}: weights`, parameter })),
    ...biases.map(({ name, parameter }) => ({ title: `${name}: biases`, parameter })),
  ];
}

function learnedOf(own: Plan, { parameters, learned }: TrainableNetwork): Learned {
  return Object.fromEntries(
    partsOf(own).map(({ title, parameter }, i) => [
      title,
      { master: parameters[parameter], deployed: learned[i] },
    ]),
  );
}

/** What one process makes of the samples: its outputs, each with the loss behind it, and what it learned. */
export function inOneProcess(
  graph: Graph,
  train: TrainOptions,
  samples: readonly Sample[],
): { readonly outputs: readonly Uint8Array[]; readonly learned: Learned } {
  const whole = plan(graph, { forms: [], train });
  const network = instantiateTrainable(whole);
  const [{ data: input }] = network.inputs;
  const [{ data: output }] = network.outputs;
  const outputs = samples.map((sample) => {
    new Uint8Array(input.buffer, input.byteOffset).set(sample.input);
    network.run();
    const message = new Uint8Array(((output.byteLength + 3) & -4) + 4);
    message.set(new Uint8Array(output.buffer, output.byteOffset, output.byteLength));
    setWord(message, sample.label === undefined ? -1 : network.learn(sample.label));
    if (sample.isLast) network.apply();
    return message;
  });
  return { outputs, learned: learnedOf(whole, network) };
}

/** @param positions where the model is cut */
export function trainingChain(
  graph: Graph,
  positions: readonly number[],
  train: TrainOptions,
  samples: readonly Sample[],
  options: PlanOptions = { forms: [] },
): TrainingChain {
  const ends = [0, ...positions, graph.ops.length];
  const stages = ends.slice(1).map((end, i) => {
    const own = stageTraining(graph, train, ends[i], end);
    return plan(stageGraph(graph, ends[i], end), { ...options, ...(own && { train: own }) });
  });
  const layouts = stages.map((stage) => withLessons(layoutOf(stage.graph, MODEL), stage.training));
  const networks = new Map<number, TrainableNetwork>();
  return {
    layouts,
    plans: stages,
    titlesOf: (stage) =>
      partsOf(stages[stage])
        .toSorted((a, b) => a.parameter - b.parameter)
        .map(({ title }) => title),
    network: (stage) => {
      if (!stages[stage].training) return instantiate(stages[stage]);
      const network = instantiateTrainable(stages[stage]);
      networks.set(stage, network);
      return network;
    },
    input: (n) => {
      const { input, label, isLast } = samples[n];
      const message = new Uint8Array(layouts[0].incoming.bytes);
      message.set(input);
      setWord(message, lesson(label, isLast));
      return message;
    },
    expected: () => {
      throw new Error("ask inOneProcess");
    },
    learned: () =>
      Object.assign({}, ...[...networks].map(([stage, network]) => learnedOf(stages[stage], network))),
  };
}
