import { existsSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Checkpoints } from "../../codegen/cli/search/checkpoints.js";
import { PLAIN, type Recipe } from "../../codegen/compress/search/recipe.js";
import { useWasm } from "../../codegen/compress/train/backend/wasm.js";
import { Training } from "../../codegen/compress/train/training.js";
import { images, tiny } from "../compress/train/tiny.js";
import { inEmptyFolder } from "./harness.js";

describe("the folder that a search goes on from", () => {
  inEmptyFolder();

  const [half, quarter] = [0.5, 0.75].map((sparsity): Recipe => ({ ...PLAIN, sparsity }));

  async function keep(checkpoints: Checkpoints, recipe: Recipe): Promise<void> {
    await useWasm();
    const training = new Training(tiny(), images(12), { epochs: 2, batch: 6 });
    training.advance();
    training.advance();
    const { onStep } = await checkpoints.follower(recipe, undefined);
    await onStep!(training);
  }

  it("is removed with what searches for other budgets kept, but not what is of other trainings", async () => {
    const search = (name: string) => new Checkpoints("reached", [half, quarter], () => name);
    await keep(search("first"), half);
    await keep(search("first"), quarter);
    await search("another").remove();
    expect(readdirSync("reached")).toHaveLength(2);
    await search("first").remove();
    expect(existsSync("reached")).toBe(false);
  });
});
