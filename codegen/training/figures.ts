/** What training costs, as data: what `xsnn compile --train` prints and `plan.json` has. */
import { CHUNK_HEADER } from "../cost/garbage.js";
import type { Plan } from "../plan/plan.js";
import { learningBytes, trainingMemory } from "./memory.js";

export interface TrainingFigures {
  /** Those that gradients flow through, the last one first. */
  readonly layers: readonly {
    readonly op: number;
    readonly kind: string;
    readonly name: string;
    /** Numbers that are trained. */
    readonly weights: number;
    readonly biases: number;
    /** Of its part of the backward pass, predicted, at most. */
    readonly instructions: number;
  }[];
  /** Of `learn()` without an update, and of an update; collections are not included. */
  readonly sampleInstructions: number;
  readonly updateInstructions: number;
  readonly batch: number;
  /** What learning takes more than inference with the same forms: the weights in RAM, masters, velocities, gradients, lanes. */
  readonly heapBytes: number;
  /** Byte code of the runtime's part, steps and factors. */
  readonly flashBytes: number;
}

const SLOT_BYTES = 16;

/** Byte code and frozen objects of the runtime's part, and of a step. */
const RUNTIME_BYTES = 14_000;
const STEP_BYTES = 620;

/** Undefined where nothing is trained. */
export function trainingFigures({ training, hot, graph, sections }: Plan): TrainingFigures | undefined {
  if (!training || !hot) return undefined;
  const { steps, weights, biases, instructions, batch } = training;
  const memory = trainingMemory(training);
  const ops = [...new Set(steps.map(({ op }) => op))];
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const lanes = new Set([...steps.flatMap((it) => it.lanes ?? []), ...weights.map(({ columns }) => columns)]);
  return {
    layers: ops.map((op) => {
      const { kind, name } = graph.ops[op];
      return {
        op,
        kind,
        name,
        weights: sum(weights.filter((it) => it.name === name).map(({ rows, columns }) => rows * columns)),
        biases: sum(biases.filter((it) => it.name === name).map(({ count }) => count)),
        instructions: Math.round(sum(steps.filter((it) => it.op === op).map((it) => it.instructions))),
      };
    }),
    sampleInstructions: instructions.sample,
    updateInstructions: instructions.update,
    batch,
    heapBytes:
      CHUNK_HEADER + hot.bytes + memory.chunkBytes + SLOT_BYTES * memory.slots + learningBytes(training),
    flashBytes:
      RUNTIME_BYTES +
      STEP_BYTES * steps.length +
      sum([...lanes].map((width) => 4 * width + 2 * SLOT_BYTES)) +
      sum(
        sections
          .filter(({ name }) => /: (factors|weight scales)|^loss:/.test(name))
          .map(({ length }) => length),
      ),
  };
}
