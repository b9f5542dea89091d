/**
 * A small model that is compiled and learns, on boards and a coordinator that keep it in flash. Their power may go at every byte
 * that is written and at every stage of an erasure. What boards train follows from their ids and from what a round begins with,
 * so that what rounds must come to can be computed beside them.
 */

import { Random } from "../../boards/chain/random.js";
import { hashWords, structureOf } from "../../codegen/emit/structure.js";
import { runPasses } from "../../codegen/passes/index.js";
import { instantiateTrainable } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import type { BoardOptions } from "../../runtime/federated/board.js";
import type { Trainable } from "../../runtime/federated/trainable.js";
import { LearnedStore, type LearningModel } from "../../runtime/store/learned.js";
import type { TrainableNetwork } from "../../runtime/training/trainable-network.js";
import { FlashEmulator } from "../store/flash-emulator.js";
import { DENSE } from "../training/small-nets.js";

// No round may hear of another's momentum, nor of its batch that had begun.
const planned = plan(runPasses(DENSE), {
  train: { layers: [{ name: "head" }], learningRate: 1, momentum: 0.5, batch: 4 },
});
export const MODEL = hashWords(structureOf(planned).hash);
const structure = { hash: MODEL, weightsBytes: planned.weights.length };
const CLASSES = 3;

export const newModel = (): TrainableNetwork<Int8Array> =>
  instantiateTrainable(planned) as TrainableNetwork<Int8Array>;

/** How many samples a board has in a round. */
export function samplesOf(id: number): number {
  return 2 + 3 * (id % 2) + id;
}

/** Learns from one of a board's samples. */
export function trainOn(model: TrainableNetwork<Int8Array>, id: number, sample: number): void {
  const random = new Random(1000 * id + sample);
  for (let i = 0; i < model.input.length; i++) model.input[i] = random.bits() >> 24;
  model.run();
  model.learn(random.below(CLASSES));
}

/** All bytes that a store keeps of a model. */
export function storedOf({ learned }: LearningModel): string {
  return learned.map((part) => Buffer.from(part).toString("hex")).join("");
}

const BLOCK_BYTES = 512;

/** A node's flash: a round of the small model takes one block of it, on boards and on the coordinator. */
export class Keeper {
  erasures = 0;
  private flash = new FlashEmulator(4, BLOCK_BYTES);
  private store!: LearnedStore;

  /** A new life. @param steps of writing and erasing until the power goes */
  start(steps: number, seed: number): void {
    this.flash = this.flash.copy(steps, seed);
    const erase = this.flash.erase.bind(this.flash);
    this.flash.erase = (block) => {
      this.erasures++;
      erase(block);
    };
    this.store = new LearnedStore({ partition: this.flash, structure });
  }

  /** What is stored goes into the model. @returns it; undefined where there is nothing */
  restore(model: LearningModel): string | undefined {
    return this.store.restore(model) ? storedOf(model) : undefined;
  }

  /** @throws PowerCut */
  save(model: LearningModel): void {
    this.store.save(model);
  }
}

/** What the coordinator keeps: masters, so that rounds go on from the very parameters that they had come to. */
export function mastersOf(model: TrainableNetwork): LearningModel {
  return {
    learned: model.parameters.map(
      ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
    ),
    adopt: () => model.refresh(),
  };
}

/** A life of the coordinator. */
export interface CoordinatorLife {
  readonly learner: Trainable;
  /** A round is over. @throws PowerCut */
  keep(): void;
}

/** A life of a board. */
export interface BoardLife extends Pick<BoardOptions, "train"> {
  readonly learner: TrainableNetwork;
  /** What was stored before this life. */
  readonly found: string | undefined;
  /** Has parameters that a round begins with, or that all rounds came to. @throws PowerCut */
  keep(): void;
}

export function coordinatorLife(keeper: Keeper): CoordinatorLife {
  const learner = newModel();
  const masters = mastersOf(learner);
  keeper.restore(masters);
  return { learner, keep: () => keeper.save(masters) };
}

export function boardLife(id: number, keeper: Keeper): BoardLife {
  const learner = newModel();
  const found = keeper.restore(learner);
  let sample = 0;
  return {
    learner,
    found,
    keep: () => {
      sample = 0;
      keeper.save(learner);
    },
    train: () => {
      if (sample === samplesOf(id)) {
        learner.apply();
        return 0;
      }
      trainOn(learner, id, sample++);
      return 1;
    },
  };
}
