/** The folder from which a search goes on: a checkpoint for each network that it trains. */
import { existsSync } from "node:fs";
import { mkdir, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { type Recipe, recipeText } from "../../compress/search/recipe.js";
import type { Follower } from "../../compress/train/train.js";
import { rethrow } from "../files.js";
import { CheckpointFile } from "../train/checkpoint-file.js";

export class Checkpoints {
  readonly #folder: string;
  readonly #recipes: readonly Recipe[];
  readonly #fingerprint: (recipe: Recipe) => string;

  /**
   * @param recipes those that the search may come to
   * @param fingerprint of the training of a recipe
   */
  constructor(folder: string, recipes: readonly Recipe[], fingerprint: (recipe: Recipe) => string) {
    this.#folder = folder;
    this.#recipes = recipes;
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
    const file = this.#file(recipe);
    const from = await file.read();
    const onStep: Follower["onStep"] = async (training) => {
      await file.follow(training);
      if (!interrupted?.aborted) return;
      await file.write(training);
      interrupted.throwIfAborted();
    };
    return { ...(from && { from }), onStep };
  }

  /** Removes the checkpoints, those of searches with another budget too, and the folder if nothing else is in it. */
  async remove(): Promise<void> {
    for (const recipe of this.#recipes)
      if (existsSync(this.#path(recipe))) await this.#file(recipe).removeOwn();
    await rmdir(this.#folder).catch(() => {});
  }

  #file(recipe: Recipe): CheckpointFile {
    return new CheckpointFile(this.#path(recipe), this.#fingerprint(recipe));
  }

  #path(recipe: Recipe): string {
    return join(this.#folder, `${recipeText(recipe).replaceAll(/[^a-z0-9.]+/g, "-")}.json`);
  }
}
