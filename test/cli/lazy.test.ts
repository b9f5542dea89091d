import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

it.each([
  [
    "TensorFlow.js",
    "only where something is trained",
    "@tensorflow",
    "distill",
    "codegen/cli/train/distill.ts",
  ],
  ["serialport", "only where a port is asked for", "serialport", "flash", "boards/flash/line.ts"],
])("%s is loaded %s", async (_name, _when, part, command, user) => {
  const at = (path: string) => JSON.stringify(join(ROOT, path));
  const script = `
    import { createRequire } from "node:module";
    import { main } from ${at("codegen/cli/program.ts")};
    const { cache } = createRequire(import.meta.url);
    const count = () => Object.keys(cache).filter((path) => path.includes(${JSON.stringify(part)})).length;
    const io = { out() {}, err() {}, debug: false };
    const counts = [await main(["ops"], io), await main([${JSON.stringify(command)}, "--help"], io), count()];
    await import(${at(user)});
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
