import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

it("TensorFlow.js is loaded only where something is trained", async () => {
  const at = (path: string) => JSON.stringify(join(ROOT, path));
  const script = `
    import { createRequire } from "node:module";
    import { main } from ${at("codegen/cli/program.ts")};
    const { cache } = createRequire(import.meta.url);
    const count = () => Object.keys(cache).filter((path) => path.includes("@tensorflow")).length;
    const io = { out() {}, err() {}, debug: false };
    const counts = [await main(["ops"], io), await main(["distill", "--help"], io), count()];
    await import(${at("codegen/cli/train/distill.ts")});
    console.log(JSON.stringify([...counts, count() > 0]));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--import",
    join(ROOT, "node_modules/tsx/dist/esm/index.mjs"),
    "--input-type=module",
    "-e",
    script,
  ]);
  expect(JSON.parse(stdout)).toEqual([0, 0, 0, true]);
});
