/** The packed tarball, installed in an empty folder as a user would. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { projectPath } from "../../boards/project.js";

const run = promisify(execFile);

let folder = "";

/** Runs the installed command with nothing on the PATH but node: no npm, no compiler. */
async function xsnn(...args: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(folder, "node_modules/.bin/xsnn"), ...args], {
    cwd: folder,
    env: { PATH: dirname(process.execPath), HOME: folder },
  });
  return stdout;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xsnn-package-"));
  await run("npm", ["run", "package", "--", "--pack-destination", folder], { cwd: projectPath() });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;
  await run("npm", ["install", `./${tarball}`], { cwd: folder });
  await copyFile(projectPath("models/digits/digits.tflite"), join(folder, "digits.tflite"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every package.json under a node_modules folder. */
function packages(modules: string): { name: string; scripts?: Record<string, string> }[] {
  return readdirSync(modules, { recursive: true, encoding: "utf8" })
    .filter((path) => /(^|node_modules\/)(@[^/]+\/)?[^/]+\/package\.json$/.test(path))
    .map((path) => JSON.parse(readFileSync(join(modules, path), "utf8")));
}

it("runs no build of anybody's, and brings no heavy package", () => {
  const installed = packages(join(folder, "node_modules"));
  expect(installed.length).toBeGreaterThan(5);
  const building = installed.filter(
    ({ scripts = {} }) => scripts.preinstall || scripts.install || scripts.postinstall,
  );
  expect(building.map(({ name }) => name)).toEqual([]);
  const names = installed.map(({ name }) => name);
  for (const heavy of ["@tensorflow/tfjs", "onnxruntime-node", "serialport", "typescript", "@agoric/xsnap"])
    expect(names).not.toContain(heavy);
});

it("compiles and runs a model without npm or a compiler at hand", async () => {
  await xsnn("compile", "digits.tflite", "-o", "digits");
  expect(existsSync(join(folder, "digits/manifest.json"))).toBe(true);
  const sample = projectPath("models/digits/samples", readdirSync(projectPath("models/digits/samples"))[0]);
  const result = JSON.parse(await xsnn("run", "digits", "--engine", "node", "--input", sample, "--json"));
  expect(JSON.stringify(result)).toMatch(/\d/);
});

it("says what flashing needs that it does not bring", async () => {
  const { peerDependencies } = JSON.parse(await readFile(projectPath("package.json"), "utf8"));
  const packages = Object.entries(peerDependencies).map(([name, version]) => `${name}@${version}`);
  const said = await xsnn("monitor", "--port", "/dev/ttyUSB0").catch(({ stderr }) => stderr);
  expect(said).toContain(`\`npm install ${packages.join(" ")}\``);
});

it("trains", async () => {
  const float = projectPath("models/digits/digits-float.tflite");
  const samples = projectPath("models/digits/samples");
  const line = ["--data", samples, "--width", "0.5", "--epochs", "1", "-o", "half.tflite", "--json"];
  const result = JSON.parse(await xsnn("distill", float, ...line));
  expect(result.epochs).toHaveLength(1);
  expect(existsSync(join(folder, "half.tflite"))).toBe(true);
});

it("gives a model that Node imports as firmware does", async () => {
  const script = `
    import Model from ${JSON.stringify(join(folder, "digits/digits.js"))};
    const model = new Model();
    model.input.fill(-128);
    console.log(model.run().length, model.inputs[0].shape.join("x"));`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
  expect(stdout.trim()).toBe("10 1x28x28x1");
});

it("is a library too", async () => {
  const script = `
    import { compile, train } from "xsnn";
    import { engines } from "xsnn/boards";
    console.log(typeof compile, typeof train, engines.map(({ name }) => name).join());`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: folder });
  expect(stdout.trim()).toMatch(/^function function node,xs\b/);
});

it("has all that the XS engine is built from", async () => {
  const { stdout } = await run(
    process.execPath,
    [
      join(folder, "node_modules/.bin/xsnn"),
      "run",
      "digits",
      "--engine",
      "xs",
      "--input",
      projectPath("models/digits/samples", readdirSync(projectPath("models/digits/samples"))[0]),
      "--json",
    ],
    { cwd: folder },
  );
  expect(JSON.parse(stdout)).toBeTruthy();
});

it("says which version it is", async () => {
  const { version } = JSON.parse(await readFile(projectPath("package.json"), "utf8"));
  expect((await xsnn("--version")).trim()).toBe(version);
});
