import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { codesOf, inEmptyFolder, writeModel, xsnn } from "./harness.js";
import { identity } from "./models.js";

describe("--hot", () => {
  inEmptyFolder();
  beforeEach(() => writeModel("small.tflite", identity([1, 4])));

  it("says that weights which fit the cache are not worth RAM", async () => {
    const { out } = await xsnn("compile", "small.tflite", "--board", "esp32-c3", "--hot", "1000");
    expect(out).toMatch(
      /^Hot: nothing\. \d+ bytes of weights fit the cache of 16,384: a copy in RAM saves nothing\.$/m,
    );
    expect(JSON.parse(readFileSync("small/plan.json", "utf8")).hot).toEqual({
      layers: [],
      bytes: 0,
      parts: [],
    });
  });

  it.each(["compile", "fit"])("needs a board in xsnn %s", async (command) => {
    const called = await xsnn(command, "small.tflite", "--hot", "1000", "--json");
    expect([called.code, codesOf(called)]).toEqual([1, ["hot-needs-board"]]);
  });
});
