/** Boards of federated training on an engine: the coordinator here and they speak over their serial ports. */
import { readFileSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import type { Artifact } from "../../boards/engine.js";
import type { RuntimeSources } from "../../codegen/emit/runtime-files.js";
import { transpile } from "../../codegen/emit/transpile.js";
import type { Transport } from "../../runtime/pipeline/transport.js";
import { tinyArtifact } from "../boards/tiny-artifact.js";

/** Modules of federated training and all that they use, by name. */
function modules(sources: RuntimeSources): Map<string, string> {
  const found = new Map<string, string>();
  for (const [path, text] of sources)
    if (/^(federated|pipeline)\/[\w-]+\.ts$/.test(path))
      found.set(path.replace(/\.ts$/, ""), transpile(text));
  return found;
}

export interface BoardData {
  /** Inputs in units of 1/127, and labels. */
  readonly samples: readonly { readonly input: Int32Array; readonly label: number }[];
  /** Samples of a round. */
  readonly aRound: number;
  readonly rateShift: number;
}

/**
 * An artifact that takes part until all rounds are over. Its input is the board's id; its first output, as 32 bits, a checksum of
 * what it came to. It polls its serial port: it says how many bytes it has, and is told how many there are for it.
 */
export function boardArtifact(sources: RuntimeSources, { samples, aRound, rateShift }: BoardData): Artifact {
  const inputs = samples.map(({ input, label }) => `{ input: [${input.join()}], label: ${label} }`);
  const artifact = new Map(
    tinyArtifact({
      inModule: `import uart from "uart";
import { FederatedBoard } from "./xsnn/federated/board.js";
import { SoftmaxLearner } from "./softmax-learner.js";
const samples = [${inputs.join(",\n")}];
for (const sample of samples) {
  Object.freeze(sample.input);
  Object.freeze(sample);
}
Object.freeze(samples);`,
      inKernel: `if (tile === 0) return;
  const id = memory.uint8[0];
  let waiting = [];
  const transport = { writable: 4096, write: (bytes) => waiting.push(bytes), onBytes: undefined };
  const learner = new SoftmaxLearner(${rateShift});
  let at = 0, left = 0, seed = 77 * id + 1;
  const board = new FederatedBoard({
    transport, id, learner, model: [1, 2, 3, 4, 5, 6, 7, 8],
    random: () => (seed = (Math.imul(seed, 1664525) + 1013904223) | 0),
    retry: 60000, deadline: 1000000,
    begin: () => { left = ${aRound}; },
    train: () => {
      if (left-- === 0) return 0;
      const { input, label } = samples[at++ % samples.length];
      learner.learn(input, label);
      return 1;
    },
  });
  const word = new Int32Array(1);
  for (let now = 0, after = 0; after < 20; now += 5) {
    board.poll(now);
    if (board.refused) throw new Error(board.refused);
    if (board.isFinished) after++;
    word[0] = waiting.reduce((sum, bytes) => sum + bytes.length, 0);
    uart.write(word.buffer, 0, 4);
    for (const bytes of waiting) uart.write(bytes.buffer, bytes.byteOffset, bytes.length);
    waiting = [];
    uart.read(word.buffer, 0, 4);
    if (word[0] === 0) continue;
    const bytes = new Uint8Array(word[0]);
    uart.read(bytes.buffer, 0, bytes.length);
    transport.onBytes(bytes);
  }
  let sum = 1;
  for (const tensor of learner.parameters)
    for (let i = 0; i < tensor.length; i++) sum = (Math.imul(sum, 31) + tensor[i]) | 0;
  memory.int32[3] = sum;`,
    }),
  );
  const text = (content: string) => new TextEncoder().encode(content);
  const manifest = JSON.parse(new TextDecoder().decode(artifact.get("manifest.json")));
  const learner = transpile(readFileSync(new URL("./softmax-learner.ts", import.meta.url), "utf8"));
  artifact.set("softmax-learner.js", text(learner));
  manifest.modules["softmax-learner"] = "./softmax-learner.js";
  manifest.preload.push("softmax-learner");
  for (const [name, content] of modules(sources)) {
    artifact.set(`xsnn/${name}.js`, text(content));
    manifest.modules[`xsnn/${name}`] = `./xsnn/${name}.js`;
    manifest.preload.push(`xsnn/${name}`);
  }
  artifact.set("manifest.json", text(JSON.stringify(manifest)));
  return artifact;
}

/** What `boardArtifact` gives of these parameters. */
export function checksum(parameters: readonly Int32Array[]): number {
  let sum = 1;
  for (const tensor of parameters) for (const value of tensor) sum = (Math.imul(sum, 31) + value) | 0;
  return sum;
}

/** The other end of such a board's serial port: answers each poll with what there is for it. */
export class PolledLine implements Transport {
  readonly writable = 2 ** 20;
  onBytes: ((bytes: Uint8Array) => void) | undefined;
  private readonly server: Server;
  private received = Buffer.alloc(0);
  private waiting: Uint8Array[] = [];

  /** @param path of the Unix socket that the board connects to */
  constructor(path: string) {
    this.server = createServer((socket) => {
      socket.on("data", (bytes) => this.take(socket, bytes));
      socket.on("error", () => socket.destroy());
    }).listen(path);
  }

  write(bytes: Uint8Array): void {
    this.waiting.push(bytes.slice());
  }

  close(): void {
    this.server.close();
  }

  private take(socket: Socket, bytes: Buffer): void {
    this.received = Buffer.concat([this.received, bytes]);
    for (;;) {
      if (this.received.length < 4) return;
      const length = this.received.readUInt32LE(0);
      if (this.received.length < 4 + length) return;
      this.onBytes?.(this.received.subarray(4, 4 + length));
      this.received = this.received.subarray(4 + length);
      const answer = Buffer.concat(this.waiting.splice(0, 1));
      const head = Buffer.alloc(4);
      head.writeUInt32LE(answer.length);
      socket.write(Buffer.concat([head, answer]));
    }
  }
}
