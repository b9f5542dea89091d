/** Runs a stage of a chain of boards: the same on every engine. The stage and its links are those of `runtime/pipeline/`. */
import type { Results, Sensor } from "../../runtime/pipeline/ends.js";
import type { modelWords, StageLayout } from "../../runtime/pipeline/layout.js";
import type { Link, LinkOptions } from "../../runtime/pipeline/link.js";
import type { Stage, StageOptions } from "../../runtime/pipeline/stage.js";
import type { Host } from "./host.js";
import { Port, type Uart } from "./port.js";
import { orders, portKinds } from "./port-protocol.js";
import { frameKinds } from "./protocol.js";

/** The runtime's part, and the model: where these modules are depends on the artifact. */
export interface StageModules {
  readonly Model: new () => StageOptions["network"] & { readonly layer: number };
  readonly Stage: typeof Stage;
  readonly Link: typeof Link;
  readonly Sensor: typeof Sensor;
  readonly Results: typeof Results;
  readonly modelWords: typeof modelWords;
}

export type LinkSettings = Required<
  Pick<LinkOptions, "payloadBytes" | "window" | "inbox" | "outbox" | "retry">
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
  host.send(frameKinds.done, 0, words.buffer, 0, 0);
}

/** Runs a stage until it is told something else than to go on. */
function live(host: Host, port: Port, counted: Counted, stage: Stage): number {
  const nothing = new ArrayBuffer(0);
  for (;;) {
    const start = counted.own;
    port.deliver();
    const isBusy = stage.poll(port.now);
    const spent = counted.own - start;
    const { failure } = stage;
    if (failure) port.send(portKinds.failed, ascii(`${failure.reason}: ${failure.message}`));
    host.send(frameKinds.tile, 0, nothing, 0, 0); // a sign of life
    const order = port.poll(spent, isBusy);
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
  { Stage, Link, Sensor, Results, modelWords }: StageModules,
  { layout, up, down }: StageSettings,
  seed: number,
): Stage {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return state ^ (state >>> 13);
  };
  const model = modelWords(layout.model);
  const link = (transport: Port["up"], longest: number, settings: LinkSettings) =>
    new Link({ transport, model, random, longest, ...settings });
  return new Stage({
    network,
    layout,
    from: up
      ? link(port.up, layout.incoming.bytes, up)
      : new Sensor((n) => network.uncounted(() => port.input(n))),
    to: down
      ? link(port.down, 0, down)
      : new Results((n, bytes) => network.uncounted(() => port.output(n, bytes))),
  });
}

/** A network whose tiles are counted by layer. */
class Counted {
  private readonly network: InstanceType<StageModules["Model"]>;
  private readonly host: Host;
  /** Instructions of what is no part of a board's work. */
  private excluded = 0;

  constructor(host: Host, network: InstanceType<StageModules["Model"]>) {
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
