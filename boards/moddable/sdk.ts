/** The Moddable SDK on this computer: the tools come from the PATH, their sources from $MODDABLE. */
import { execFile } from "node:child_process";
import { access, constants, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";

export interface Sdk {
  /** $MODDABLE. */
  readonly folder: string;
  /** As tools/VERSION says. */
  readonly version: string;
}

/** The SDK that $MODDABLE names; nothing where it names none. */
export async function findSdk(env: NodeJS.ProcessEnv = process.env): Promise<Sdk | undefined> {
  const folder = env.MODDABLE;
  if (!folder) return undefined;
  const version = await readFile(join(folder, "tools", "VERSION"), "utf8").catch(() => undefined);
  return version === undefined ? undefined : { folder, version: version.trim() };
}

/** The path of a program, as a shell would find it. */
export async function onPath(
  program: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string | undefined> {
  const [first] = await allOnPath(program, env);
  return first;
}

async function allOnPath(program: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const found: string[] = [];
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    const path = join(folder, program);
    const isProgram = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (folder && isProgram) found.push(path);
  }
  return found;
}

export interface TypeScript {
  readonly path: string;
  readonly version: string;
}

/** What the SDK compiles with. */
const TYPESCRIPT = 7;

/**
 * The first tsc on the PATH that is recent enough for mcconfig. It need not be the first of all: npm puts that of a project in
 * front.
 */
export async function findTypeScript(env: NodeJS.ProcessEnv = process.env): Promise<TypeScript | undefined> {
  for (const path of await allOnPath("tsc", env)) {
    const printed = await firstLine(path, ["--version"], env);
    const version = printed?.replace(/^Version /, "") ?? "";
    if (Number.parseInt(version, 10) >= TYPESCRIPT) return { path, version };
  }
  return undefined;
}

/** The first line that a program prints; undefined where it cannot be run. */
export function firstLine(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  return promisify(execFile)(command, [...args], { env, timeout: 20_000 }).then(
    ({ stdout }) => stdout.trim().split("\n")[0],
    () => undefined,
  );
}
