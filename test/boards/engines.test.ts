import { mkdtempSync, readdirSync, rmdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type Artifact, engineByName, engines } from "../../boards/index.js";
import { format } from "../../codegen/problems/format.js";
import { Refusal } from "../../codegen/problems/problem.js";
import { engineCases } from "./engine-cases.js";
import { tinyArtifact } from "./tiny-artifact.js";

async function refusalOf(promise: Promise<unknown>): Promise<Refusal> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Refusal);
  return error as Refusal;
}

for (const engine of engines) {
  describe(engine.name, () => {
    // Where it has to be built first, once, that is not part of any case.
    beforeAll(() => engine.run({ artifact: tinyArtifact(), module: "tiny", vectors: [] }));

    for (const one of engineCases) {
      if (one.engines && !one.engines.includes(engine.name)) continue;
      it(one.name, async () => {
        if ("check" in one) {
          one.check(await engine.run(one.job));
          return;
        }
        const { problems } = await refusalOf(engine.run(one.job));
        expect(problems.map((problem) => problem.code)).toEqual([one.refused]);
        const text = format(problems[0]);
        expect(text).toMatch(one.says);
        expect(text).not.toContain(tmpdir());
      });
    }

    it("tells how far it is", async () => {
      const done: number[] = [];
      const step = [Uint8Array.of(0, 0, 0, 0)];
      await engine.run({
        artifact: tinyArtifact(),
        module: "tiny",
        vectors: [step, step, step],
        onProgress: (progress) => {
          if (progress.what === "running") done.push(progress.done);
        },
      });
      expect(done).toEqual([1, 2, 3]);
    });

    it("counts the same again", async () => {
      const run = () =>
        engine.run({ artifact: tinyArtifact(), module: "tiny", vectors: [[Uint8Array.of(1, 2, 3, 4)]] });
      expect((await run()).counters).toEqual((await run()).counters);
    });

    it("leaves no file behind", async () => {
      const folder = mkdtempSync(join(tmpdir(), "test-engines-"));
      vi.stubEnv("TMPDIR", folder);
      const run = (artifact: Artifact) => engine.run({ artifact, module: "tiny", vectors: [] });
      await run(tinyArtifact());
      await refusalOf(run(tinyArtifact({ inModule: "throw 1;" })));
      vi.unstubAllEnvs();
      expect(readdirSync(folder)).toEqual([]);
      rmdirSync(folder);
    });
  });
}

it("an engine that there is not", () => {
  expect(() => engineByName("abacus")).toThrow("engine-unknown");
  expect(engineByName("xs").name).toBe("xs");
});
