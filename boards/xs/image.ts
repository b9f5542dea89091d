/** The read-only image of a run: what flash holds beside XS and the host, as host/host.h declares it. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FlashBytes, Job, Machine } from "../engine.js";
import { exception, stopped } from "../failure.js";
import { driverFolder, driverOf, put } from "../staging.js";
import { type Named, xsArchive } from "./archive.js";
import { xsProgram } from "./build.js";
import { readManifest } from "./manifest.js";
import { compilerTarget } from "./targets.js";
import { runTool } from "./tool.js";

/**
 * Modules that are part of the board. The host leaves what they export in the global object: host/resource.c, host/uart.c.
 */
const boardModules = ["Resource", "uart"].map((name) => ({
  name,
  path: `${driverFolder}/board-${name}.js`,
  text: `const ${name} = globalThis.${name};\ndelete globalThis.${name};\nexport default ${name};\n`,
}));

interface Content {
  readonly isModule: boolean;
  readonly isPreloaded: boolean;
  readonly name: string;
  /** In the folder. */
  readonly path: string;
}

/**
 * Compiles the modules of the artifact that is staged in `folder` and writes the image there.
 *
 * @param engine its name, for messages
 * @returns the image's path and what is in it
 * @throws Refusal `artifact-file`, `engine-exception` for a syntax error, or one of `xsProgram`
 */
export async function writeImage(
  engine: string,
  job: Job,
  machine: Machine,
  folder: string,
): Promise<[path: string, flash: FlashBytes]> {
  const { artifact, isMod, module: mod, onProgress } = job;
  const { modules, data, preload } = readManifest(artifact);
  const driver = [...(await driverOf(job)).keys()];
  for (const { path, text } of boardModules) await put(folder, path, new TextEncoder().encode(text));
  const module = (name: string, path: string, isPreloaded: boolean) => ({
    isModule: true,
    isPreloaded,
    name,
    path,
  });
  const board: Content[] = [
    ...boardModules.map(({ name, path }) => module(name, path, true)),
    ...driver.map((name) => module(`${driverFolder}/${name}`, `${driverFolder}/${name}.js`, name !== "main")),
  ];
  const own: Content[] = [
    ...Array.from(modules, ([name, path]) => module(name, path, preload.has(name))),
    ...Array.from(data, ([name, path]) => ({ isModule: false, isPreloaded: false, name, path })),
  ];
  await compileModules(engine, [...board, ...own], folder, onProgress);
  const read = (list: readonly Content[]) =>
    Promise.all(list.map((one) => readFile(join(folder, compiledPath(one)))));
  const [boardFiles, ownFiles] = [await read(board), await read(own)];
  const size = (isModule: boolean, bytesOf: (file: Buffer) => number) =>
    own.reduce((sum, one, i) => sum + (one.isModule === isModule ? bytesOf(ownFiles[i]) : 0), 0);
  const constantBytes = size(false, (file) => file.length);
  const path = join(folder, driverFolder, "image.bin");
  const main = `${driverFolder}/main`;
  if (isMod) {
    const named = (isModule: boolean): Named[] =>
      own.flatMap((one, i) => (one.isModule === isModule ? [[one.name, ownFiles[i]] as const] : []));
    const archive = xsArchive(mod, named(true), named(false));
    await writeFile(path, layOut(board, boardFiles, machine, { main, firstOwn: board.length, archive }));
    return [path, { nameBytes: archive.length - constantBytes, constantBytes }];
  }
  const all = [...board, ...own];
  const files = [...boardFiles, ...ownFiles];
  await writeFile(path, layOut(all, files, machine, { main, firstOwn: board.length }));
  // A compiled module begins with the bytes of its names.
  return [path, { nameBytes: size(true, (file) => file.readInt32LE(0)), constantBytes }];
}

function compiledPath({ isModule, path }: Content): string {
  return isModule ? `${path}.xsb` : path;
}

async function compileModules(
  engine: string,
  contents: readonly Content[],
  folder: string,
  onProgress: Job["onProgress"],
): Promise<void> {
  const compiler = await xsProgram(compilerTarget(), onProgress);
  const args = contents
    .filter((one) => one.isModule)
    .flatMap((one) => [one.path, one.path, compiledPath(one)]);
  const { ok, stderr } = await runTool(compiler, args, folder);
  if (ok) return;
  if (stderr.startsWith("SyntaxError")) throw exception(engine, stderr.trimEnd(), folder);
  throw stopped(engine, "the compiler of modules failed", stderr.trim());
}

const headerWords = 11;
const entryWords = 6;

/** A header, an entry for each content, names, and the contents, 16-byte aligned. */
function layOut(
  contents: readonly Content[],
  files: readonly Buffer[],
  { chunkBytes, slots, stackSlots, block }: Machine,
  {
    main,
    firstOwn,
    archive,
  }: { readonly main: string; readonly firstOwn: number; readonly archive?: Buffer },
): Buffer {
  const parts: Buffer[] = [];
  let end = 4 * (headerWords + entryWords * contents.length);
  const place = (bytes: Buffer): number => {
    const start = (end + 15) & ~15;
    parts.push(Buffer.alloc(start - end), bytes);
    end = start + bytes.length;
    return start;
  };
  const text = (value: string) => place(Buffer.from(`${value}\0`));
  const entries = contents.flatMap(({ isModule, isPreloaded, name, path }, i) => [
    isModule ? 0 : 1,
    isPreloaded ? 1 : 0,
    text(name),
    text(path),
    place(files[i]),
    files[i].length,
  ]);
  const shared = block ? [block.bytes, block.chunkIncrement, block.slotIncrement] : [0, 0, 0];
  const sizes = [chunkBytes, slots, stackSlots, ...shared];
  const mod = archive ? [place(archive), archive.length] : [0, 0];
  const head = Int32Array.of(...sizes, ...mod, text(main), contents.length, firstOwn, ...entries);
  return Buffer.concat([Buffer.from(head.buffer), ...parts, Buffer.alloc(16)]);
}
