/** A pseudo-terminal whose far end is the test's: `pty.c`, compiled once. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { requireTools } from "../../../boards/require-tools.js";
import { cached, cacheFolder } from "../../../boards/xs/cache.js";
import { runTool } from "../../../boards/xs/tool.js";

const SOURCE = join(import.meta.dirname, "pty.c");

const TOOLS = [
  { path: "gcc", debian: "gcc" },
  { path: "/usr/include/stdlib.h", debian: "libc6-dev" },
];

async function program(): Promise<string> {
  await requireTools(TOOLS, { needed: "the tests' pseudo-terminal" });
  const key = createHash("sha256").update(readFileSync(SOURCE)).update(process.arch).digest("hex");
  const path = join(await cacheFolder(), `test-pty-${key.slice(0, 16)}`);
  await cached(path, async (folder) => {
    const made = join(folder, "pty");
    const { ok, stderr } = await runTool("gcc", ["-O", "-Wall", "-Wextra", "-Werror", SOURCE, "-o", made]);
    if (!ok || !existsSync(made)) throw new Error(stderr);
    return made;
  });
  return path;
}

export class Pty {
  /** Told of what was written to the near end. */
  onData: (bytes: Buffer) => void = () => {};
  /** Told of the near end's baud rate, before data that was sent at it. */
  onBaud: (baud: number) => void = () => {};
  #frames = Buffer.alloc(0);

  /** @param path of the near end */
  private constructor(
    readonly path: string,
    private readonly child: ChildProcess,
  ) {
    child.stdin!.on("error", () => {}); // hung up
    child.stdout!.on("data", (chunk: Buffer) => this.#take(chunk));
  }

  static async open(): Promise<Pty> {
    const child = spawn(await program(), [], { stdio: ["pipe", "pipe", "pipe"] });
    const [path] = (await once(createInterface(child.stderr!), "line")) as [string];
    return new Pty(path, child);
  }

  write(bytes: Uint8Array): void {
    this.child.stdin!.write(bytes);
  }

  /** As when the cable is pulled. */
  async hangUp(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill();
    await once(this.child, "exit");
  }

  #take(chunk: Buffer): void {
    this.#frames = Buffer.concat([this.#frames, chunk]);
    while (this.#frames.length >= 3) {
      const end = 3 + this.#frames.readUInt16LE(1);
      if (this.#frames.length < end) return;
      const [kind, content] = [this.#frames[0], this.#frames.subarray(3, end)];
      this.#frames = this.#frames.subarray(end);
      if (kind === "b".charCodeAt(0)) this.onBaud(Number(content.toString()));
      else this.onData(content);
    }
  }
}
