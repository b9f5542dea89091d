/** The file from which a training goes on. */
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { type Arrays, decodeCheckpoint, encodeCheckpoint } from "../../compress/train/checkpoint.js";
import type { Training } from "../../compress/train/training.js";
import { Refusal } from "../../problems/problem.js";
import { readBounded, rethrow, writeWhole } from "../files.js";

/** How long a training may go on without a checkpoint. */
const INTERVAL_MS = 15_000;

export class CheckpointFile {
  readonly #path: string;
  readonly #fingerprint: string;
  #written = Date.now();
  #epochs = 0;

  constructor(path: string, fingerprint: string) {
    this.#path = path;
    this.#fingerprint = fingerprint;
  }

  /**
   * What a training was; undefined where none was begun.
   *
   * @throws Refusal `checkpoint-other`, `checkpoint-not-read`
   */
  async read(): Promise<Arrays | undefined> {
    if (!existsSync(this.#path)) return undefined;
    return decodeCheckpoint(await readBounded(this.#path), this.#fingerprint, this.#path).arrays;
  }

  /** Writes a training where an epoch ended, or time has passed. */
  async follow(training: Training): Promise<void> {
    const isTime = Date.now() - this.#written >= INTERVAL_MS;
    if (isTime || training.epochs.length > this.#epochs) await this.write(training);
  }

  /** Writes a training completely, or not at all. */
  async write(training: Training): Promise<void> {
    const { step } = training;
    const checkpoint = { fingerprint: this.#fingerprint, step, arrays: training.save() };
    await writeWhole(this.#path, encodeCheckpoint(checkpoint));
    this.#written = Date.now();
    this.#epochs = training.epochs.length;
  }

  /** Removes the file, but not if it is of another training. */
  async removeOwn(): Promise<void> {
    const isOwn = await this.read().then(
      (arrays) => arrays !== undefined,
      (error) => {
        if (error instanceof Refusal) return false;
        throw error;
      },
    );
    if (isOwn) await this.remove();
  }

  async remove(): Promise<void> {
    await rm(this.#path, { force: true }).catch((error) => rethrow("file-not-writable", this.#path, error));
  }
}
