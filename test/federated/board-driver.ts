/** What an emulated board of a federation does: the same on every engine. */
import type { Host } from "../../boards/guest/host.js";
import type { Uart } from "../../boards/guest/port.js";
import type { frameKinds } from "../../boards/guest/protocol.js";
import type { FederatedBoard } from "../../runtime/federated/board.js";
import type { Transport } from "../../runtime/pipeline/transport.js";
import type { TrainableNetwork } from "../../runtime/training/trainable-network.js";

/** Where these modules are depends on the artifact. */
export interface BoardModules {
  readonly Model: new () => TrainableNetwork<Int8Array>;
  /** SHA-256 of the model's structure. */
  readonly model: readonly number[];
  readonly FederatedBoard: typeof FederatedBoard;
  readonly frameKinds: typeof frameKinds;
  /** Labels, a byte each, and then inputs. */
  readonly samples: ArrayBuffer;
}

export interface BoardSettings {
  readonly id: number;
  /** Samples of a round. */
  readonly aRound: number;
}

/** Polls with nothing to do after all rounds, so that the coordinator hears that the board knows. */
const FAREWELL = 20;

/** Takes part until all rounds are over, and reports its parameters. What it trains is counted as layer 0. */
export function driveBoard(
  host: Host,
  uart: Uart,
  { Model, model, FederatedBoard, frameKinds, samples }: BoardModules,
  { id, aRound }: BoardSettings,
): void {
  const words = new Int32Array(2);
  const learner = new Model();
  host.startPeaks?.(words.buffer);
  host.send(frameKinds.loaded, 0, words.buffer, 0, host.startPeaks ? 8 : 0);
  const inputLength = learner.input.length;
  const count = Math.trunc(samples.byteLength / (1 + inputLength));
  const labels = new Uint8Array(samples, 0, count);
  const port = new Port(uart);
  let [at, left, seed] = [0, 0, 77 * id + 1];
  const board = new FederatedBoard({
    transport: port,
    ...{ id, learner, model },
    random: () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
      return seed;
    },
    retry: 60_000,
    deadline: 1e6,
    begin: () => {
      left = aRound;
    },
    train: () => {
      if (left-- === 0) return 0;
      const sample = at++ % count;
      host.count?.(-1);
      learner.input.set(new Int8Array(samples, count + sample * inputLength, inputLength));
      learner.run();
      learner.learn(labels[sample]);
      host.count?.(0);
      return 1;
    },
  });
  for (let now = 0, after = 0; after < FAREWELL; now += 5) {
    board.poll(now);
    if (board.refused) throw new Error(board.refused);
    if (board.isFinished) after++;
    if (!board.isBusy) port.exchange();
  }
  const { parameters } = learner;
  for (let i = 0; i < parameters.length; i++) {
    const { buffer, byteOffset, byteLength } = parameters[i];
    host.send(frameKinds.parameters, i, buffer, byteOffset, byteLength);
  }
  host.send(frameKinds.step, 0, words.buffer, 0, 0);
  host.send(frameKinds.done, 0, words.buffer, 0, 0);
}

/** The board's end of a line as polled-line.ts has it. */
class Port implements Transport {
  readonly writable = 4096;
  onBytes: ((bytes: Uint8Array) => void) | undefined;
  private readonly uart: Uart;
  private readonly length = new Int32Array(1);
  private waiting: Uint8Array[] = [];

  constructor(uart: Uart) {
    this.uart = uart;
  }

  write(bytes: Uint8Array): void {
    this.waiting.push(bytes);
  }

  /** Sends what waits, and takes what there is, or hears after a while that there is nothing. */
  exchange(): void {
    const { uart, length, waiting } = this;
    length[0] = 0;
    for (const bytes of waiting) length[0] += bytes.length;
    uart.write(length.buffer, 0, 4);
    for (const bytes of waiting) uart.write(bytes.buffer, bytes.byteOffset, bytes.length);
    this.waiting = [];
    uart.read(length.buffer, 0, 4);
    if (length[0] === 0) return;
    const bytes = new Uint8Array(length[0]);
    uart.read(bytes.buffer, 0, bytes.length);
    this.onBytes?.(bytes);
  }
}
