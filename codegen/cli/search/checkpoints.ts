/** The folder from which a search goes on: a checkpoint for each network that it trains. */
import { mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { type Recipe, recipeText } from "../../compress/search/recipe.js";
import type { Follower } from "../../compress/train/train.js";
import { rethrow } from "../files.js";
import { CheckpointFile } from "../train/checkpoint-file.js";

export class Checkpoints {
  readonly #folder: string;
  readonly #fingerprint: (recipe: Recipe) => string;
  readonly #files: CheckpointFile[] = [];

  /** @param fingerprint of the training of a recipe */
  constructor(folder: string, fingerprint: (recipe: Recipe) => string) {
    this.#folder = folder;
    this.#fingerprint = fingerprint;
  }

  /**
   * Goes on with the training of a recipe; one that is over is only read again. An interruption stops it, after what was reached
   * is kept.
   *
   * @throws Refusal `file-not-writable`, and as `CheckpointFile` does
   */
  async follower(recipe: Recipe, interrupted: AbortSignal | undefined): Promise<Follower> {
    await mkdir(this.#folder, { recursive: true }).catch((error) =>
      rethrow("file-not-writable", this.#folder, error),
    );
    const name = recipeText(recipe).replaceAll(/[^a-z0-9.]+/g, "-");
    const file = new CheckpointFile(join(this.#folder, `${name}.json`), this.#fingerprint(recipe));
    this.#files.push(file);
    const from = await file.read();
    const onStep: Follower["onStep"] = async (training) => {
      await file.follow(training);
      if (!interrupted?.aborted) return;
      await file.write(training);
      interrupted.throwIfAborted();
    };
    return { ...(from && { from }), onStep };
  }

  /** Removes the checkpoints, and the folder if nothing else is in it. */
  async remove(): Promise<void> {
    for (const file of this.#files) await file.remove();
    await rmdir(this.#folder).catch(() => {});
  }
}
