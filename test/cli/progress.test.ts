import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { withProgress } from "../../codegen/cli/progress.js";

const io = { out: () => {}, err: () => {}, debug: false };

/** A terminal that remembers what is drawn. */
function terminal() {
  let drawn = "";
  const stream = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
  stream.on("data", (part) => {
    drawn += part;
  });
  return { progress: stream as unknown as NodeJS.WriteStream, drawn: () => drawn };
}

describe("progress", () => {
  it("is drawn where somebody watches", async () => {
    const { progress, drawn } = terminal();
    const result = await withProgress({ ...io, progress }, async (onProgress) => {
      onProgress({ what: "running", done: 3, total: 7 });
      await new Promise((resolve) => setTimeout(resolve, 150));
      return 42;
    });
    expect(result).toBe(42);
    expect(drawn()).toMatch(/running .* 3\/7/);
  });

  it("ends where the work fails", async () => {
    const { progress } = terminal();
    await expect(withProgress({ ...io, progress }, () => Promise.reject(new Error("no")))).rejects.toThrow(
      "no",
    );
  });

  it("costs nothing where nobody does", async () => {
    expect(
      await withProgress(io, async (onProgress) => onProgress({ what: "running", done: 1, total: 1 })),
    ).toBe(undefined);
  });
});
