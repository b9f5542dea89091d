/** Runs a stage of a chain of boards: the same on every engine. The stage and its links are those of `runtime/pipeline/`. */
import type { Results, Sensor } from "../../runtime/pipeline/ends.js";
import type { modelWords, StageLayout } from "../../runtime/pipeline/layout.js";
import type { Link, LinkOptions } from "../../runtime/pipeline/link.js";
import type { Stage, StageOptions } from "../../runtime/pipeline/stage.js";
import type { TrainingStage, TrainingStageOptions } from "../../runtime/pipeline/training-stage.js";
import type { gradientBytes } from "../../runtime/pipeline/training-words.js";
import type { TrainableNetwork } from "../../runtime/training/trainable-network.js";
import type { Host } from "./host.js";
import { Port, type Uart } from "./port.js";
import { orders, portKinds } from "./port-protocol.js";
import { frameKinds } from "./protocol.js";

/** The runtime's part, and the model: where these modules are depends on the artifact. */
export interface StageModules {
  readonly Model: new () => StageModel;
  readonly Stage: typeof Stage;
  readonly Link: typeof Link;
  readonly Sensor: typeof Sensor;
  readonly Results: typeof Results;
  readonly modelWords: typeof modelWords;
  /** Of stages that take part in training. */
  readonly training?: {
    readonly TrainingStage: typeof TrainingStage;
    readonly gradientBytes: typeof gradientBytes;
  };
}

export type LinkSettings = Required<
  Pick<LinkOptions, "payloadBytes" | "window" | "inbox" | "outbox" | "retry">
>;
type StageModel = StageOptions["network"] & { readonly layer: number } & Partial<
    Pick<TrainableNetwork, "learn" | "backward" | "apply" | "training" | "parameters">
  >;

export interface StageSettings {
  readonly layout: StageLayout;
  /** The link from the board before, and that to the next one: the first board and the last one have none. */
  readonly up: LinkSettings | undefined;
  readonly down: LinkSettings | undefined;
  /** For nonces, which a board would take from its hardware. */
  readonly seed: number;
}

export function driveStage(host: Host, uart: Uart, modules: StageModules, settings: StageSettings): void {
  const port = new Port(uart);
  const words = new Int32Array(2);
  let counted = new Counted(host, new modules.Model());
  host.startPeaks?.(words.buffer);
  host.send(frameKinds.loaded, 0, words.buffer, 0, host.startPeaks ? 8 : 0);
  for (let { seed } = settings; ; seed++) {
    const order = live(host, port, counted, stageOf(port, counted, modules, settings, seed));
    if (order === orders.end) break;
    counted = new Counted(host, new modules.Model());
  }
  host.send(frameKinds.step, 0, words.buffer, 0, 0);
  const { parameters = [] } = counted;
  for (let i = 0; i < parameters.length; i++)
    host.send(frameKinds.parameters, i, parameters[i].buffer, 0, parameters[i].byteLength);
  host.send(frameKinds.done, 0, words.buffer, 0, 0);
}

/** Runs a stage until it is told something else than to go on. */
function live(host: Host, port: Port, counted: Counted, stage: Stage | TrainingStage): number {
  const nothing = new ArrayBuffer(0);
  for (;;) {
    const start = counted.own;
    port.deliver();
    const isBusy = stage.poll(port.now);
    const spent = counted.own - start;
    const { failure } = stage;
    if (failure) port.send(portKinds.failed, ascii(`${failure.reason}: ${failure.message}`));
    host.send(frameKinds.tile, 0, nothing, 0, 0); // a sign of life
    const isLearning = "isSettled" in stage && !stage.isSettled;
    const order = port.poll(spent, isBusy, isLearning);
    if (order !== orders.goOn) return order;
  }
}

function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function stageOf(
  port: Port,
  network: Counted,
  { Stage, Link, Sensor, Results, modelWords, training }: StageModules,
  { layout, up, down }: StageSettings,
  seed: number,
): Stage | TrainingStage {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state ^ (state >>> 13);
  };
  const model = modelWords(layout.model);
  const link = (transport: Port["up"], longest: number, settings: LinkSettings) =>
    new Link({ transport, model, random, longest, ...settings });
  const gradients = training?.gradientBytes(layout.training!.received) ?? 0;
  const parts = {
    network,
    layout,
    from: up
      ? link(port.up, layout.incoming.bytes, up)
      : new Sensor((n) => network.uncounted(() => port.input(n))),
    to: down
      ? link(port.down, gradients, down)
      : new Results((n, bytes) => network.uncounted(() => port.output(n, bytes))),
  };
  return training ? new training.TrainingStage(parts) : new Stage(parts);
}

/** A network whose tiles are counted by layer. Learning counts as a layer behind the last one. */
class Counted {
  private readonly network: StageModel;
  private readonly host: Host;
  /** Instructions of what is no part of a board's work. */
  private excluded = 0;

  constructor(host: Host, network: StageModel) {
    this.host = host;
    this.network = network;
  }

  get inputs(): StageOptions["network"]["inputs"] {
    return this.network.inputs;
  }

  get outputs(): StageOptions["network"]["outputs"] {
    return this.network.outputs;
  }

  get plan(): StageOptions["network"]["plan"] {
    return this.network.plan;
  }

  get training(): TrainingStageOptions["network"]["training"] {
    return this.network.training!;
  }

  get parameters(): TrainableNetwork["parameters"] | undefined {
    return this.network.parameters;
  }

  learn(label: number): number {
    return this.learning(() => this.network.learn!(label));
  }

  backward(): void {
    this.learning(() => this.network.backward!());
  }

  apply(): void {
    this.learning(() => this.network.apply!());
  }

  /** Instructions of the board's work so far. */
  get own(): number {
    return this.retired - this.excluded;
  }

  step(): boolean {
    const { host, network } = this;
    const { layer } = network;
    host.count?.(-1);
    const more = network.step();
    this.uncounted(() => host.count?.(layer));
    return more;
  }

  private learning<T>(work: () => T): T {
    const { host, network } = this;
    host.count?.(-1);
    const result = work();
    this.uncounted(() => host.count?.(network.plan.layers.length));
    return result;
  }

  /** Does what is no part of a board's work. */
  uncounted<T>(work: () => T): T {
    const before = this.retired;
    const result = work();
    this.excluded += this.retired - before;
    return result;
  }

  private get retired(): number {
    return this.host.retired?.() ?? 0;
  }
}
