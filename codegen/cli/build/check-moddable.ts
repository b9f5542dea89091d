/**
 * Builds the demo's application with the Moddable SDK that is on the PATH, and says what it did: `npm run -s check:moddable`.
 *
 * For every board, release and debug, as far as the chip's SDK lets it; for this computer all the way, where it runs and must
 * print each digit that it is shown. No test does this: tests have no SDK.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boardByName } from "../../../boards/board.js";
import { buildApp } from "../../../boards/moddable/build.js";
import { runHeadless } from "../../../boards/moddable/headless.js";
import { type Goal, linuxPlatform, type Platform, platformOf } from "../../../boards/moddable/platform.js";
import { findSdk, findTypeScript, onPath } from "../../../boards/moddable/sdk.js";
import { projectPath } from "../../../boards/project.js";
import { thousands } from "../../emit/text.js";
import { printProblems, problemsOf } from "../errors.js";
import { processIo } from "../io.js";
import { main } from "../program.js";
import { linkedSizes } from "./text.js";

const BOARDS = ["esp32-c3", "esp32-s3", "esp32", "esp32-c6", "esp32-h2", "esp8266"];

/** A model whose unrolled code is large, where the golden models are there. */
const LARGE = projectPath("..", "shared", "golden", "kws_ref_int8", "model.tflite");

const DIGITS = projectPath("models", "digits");
const SHOWN = Array.from({ length: 10 }, (_, digit) => `${digit}`);

/** How long ten digits may take to be shown. */
const SECONDS = 30;

const io = processIo();
const say = (text: string) => io.out(`${text}\n`);

async function write(folder: string, board: string, model: string, ...options: string[]): Promise<void> {
  const line = ["app", model, "--board", board, "-o", folder, "--json", ...options];
  let problems = "";
  const quiet = { ...io, out: (text: string) => (problems = text) };
  if ((await main(line, quiet)) !== 0) throw new Error(`xsnn ${line.join(" ")}: ${problems}`);
}

async function build(folder: string, platform: Platform, goal: Goal): Promise<string> {
  const name = folder.replace(/^.*\//, "");
  const output = join(folder, "build", "moddable");
  const { folders, isComplete } = await buildApp({ folder, name, platform, goal, output });
  const sizes = isComplete ? {} : await linkedSizes(folders.temporary);
  const files = Object.entries(sizes).map(([file, bytes]) => `${file} ${thousands(bytes)} bytes`);
  const what = isComplete
    ? "images"
    : `linked, no image: ${platform.vendor?.name} is not there; ${files.join(", ")}`;
  say(`${platform.platform.padEnd(16)} ${goal.padEnd(8)} ${what}`);
  return folders.images;
}

/** A project that includes the package's own manifest: `mcconfig` compiles the TypeScript of the whole runtime. */
async function writeRuntimeProject(folder: string): Promise<void> {
  await mkdir(folder);
  const include = ["$(MODDABLE)/examples/manifest_base.json", projectPath("manifest.json")];
  await writeFile(join(folder, "manifest.json"), JSON.stringify({ include, modules: { main: "./main" } }));
  await writeFile(join(folder, "main.ts"), 'import { conv2d } from "xsnn/conv2d";\ntrace(typeof conv2d);\n');
}

/** Whether it says that the self-test passed and names each digit in turn. */
async function runHere(folder: string, goal: Goal): Promise<boolean> {
  const sdk = (await findSdk())!;
  const images = await build(folder, linuxPlatform, goal);
  if (goal === "debug") return (await stat(join(images, "mc.so"))).size > 0; // it waits for the debugger
  const lines: string[] = [];
  await runHeadless({ sdk, images, seconds: SECONDS, onLine: (line) => lines.push(line) });
  for (const line of lines.slice(0, 1 + SHOWN.length)) say(`  ${line}`);
  const answers = lines.slice(1, 1 + SHOWN.length).map((line) => /^digits: (\S+) /.exec(line)?.[1]);
  return lines[0]?.startsWith("xsnn: self-test passed") === true && answers.join() === SHOWN.join();
}

async function checkAll(folder: string): Promise<boolean> {
  const samples = SHOWN.map((digit) => join(DIGITS, "samples", `${digit}-1.png`));
  const labels = join(DIGITS, "labels.txt");
  const demo = ["--input", ...samples, "--labels", labels];
  for (const board of BOARDS) {
    const app = join(folder, `digits-${board}`);
    await write(app, board, join(DIGITS, "digits.tflite"), ...demo);
    for (const goal of ["release", "debug"] as const)
      await build(app, platformOf(await boardByName(board)), goal);
  }
  if (existsSync(LARGE)) {
    const app = join(folder, "keywords");
    await write(app, "esp32-s3", LARGE);
    say("kws_ref_int8, unrolled:");
    await build(app, platformOf(await boardByName("esp32-s3")), "release");
  }
  const runtime = join(folder, "runtime");
  await writeRuntimeProject(runtime);
  say("the package's own manifest:");
  await build(runtime, platformOf(await boardByName(BOARDS[0])), "release");
  const app = join(folder, `digits-${BOARDS[0]}`);
  return (await runHere(app, "release")) && (await runHere(app, "debug"));
}

const sdk = await findSdk();
const typescript = await findTypeScript();
if (!sdk || !typescript || !(await onPath("mcconfig"))) {
  say("NOT CHECKED: there is no Moddable SDK; `xsnn doctor` says what is missing");
  process.exitCode = 1;
} else {
  say(`Moddable SDK ${sdk.version}, TypeScript ${typescript.version}`);
  const folder = await mkdtemp(join(tmpdir(), "xsnn-moddable-"));
  try {
    const isRight = await checkAll(folder);
    say(isRight ? "All of it is as it must be" : "FAILED: the application did not print what it must");
    if (!isRight) process.exitCode = 1;
  } catch (error) {
    printProblems(io, problemsOf(error), false);
    process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
