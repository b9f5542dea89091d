/** One board's part of a model that is spread over several: takes messages, computes, and passes on what comes of it. */
import type { Network } from "../network.js";
import { bufferOf, copyTo, joined } from "./copy.js";
import type { Sink, Source } from "./ends.js";
import type { Failure } from "./failed.js";
import type { StageLayout } from "./layout.js";

export interface StageOptions {
  readonly network: Pick<Network, "inputs" | "outputs" | "step" | "plan">;
  readonly layout: StageLayout;
  /** A link to the board before, or a sensor. */
  readonly from: Source;
  /** A link to the next board, or what uses the results. */
  readonly to: Sink;
}

/** Some bytes of a message that is being made. */
interface Part {
  readonly offset: number;
  readonly bytes: number;
  /** The network's output, or where in the incoming message they come from. */
  readonly output: Uint8Array | undefined;
  readonly from: number;
}

export class Stage {
  private readonly network: StageOptions["network"];
  private readonly layout: StageLayout;
  private readonly from: Source;
  private readonly to: Sink;
  private readonly inputs: readonly Uint8Array[];
  private readonly parts: readonly Part[];
  private hasBegun = false;
  private released = -1;
  /** The message that is computed on, and what of it is passed on, in the order of `parts`. */
  private number = -1;
  private isRunning = false;
  private passed: ArrayBuffer[] = [];
  /** A result that waits for room. */
  private result: Uint8Array | undefined;
  private own: Failure | undefined;

  /** @throws RangeError where the layout is not that of the network */
  constructor({ network, layout, from, to }: StageOptions) {
    this.network = network;
    this.layout = layout;
    this.from = from;
    this.to = to;
    this.inputs = viewsOf(network.inputs, layout.incoming.tensors, "input");
    this.parts = partsOf(layout, viewsOf(network.outputs, layout.outgoing.tensors, "output"));
  }

  /** Why the stage has ended, its links with it. */
  get failure(): Failure | undefined {
    return this.own ?? this.from.failure ?? this.to.failure;
  }

  /**
   * Receives and sends what is due, and computes a tile. Call it as often as there is time, at least every few milliseconds.
   *
   * @param now milliseconds from any start, never less than before
   * @returns whether there is more to do at once
   */
  poll(now: number): boolean {
    const { from, to } = this;
    if (this.own) return false;
    to.tick(now);
    const { released } = to;
    if (released > this.released) {
      this.released = released;
      from.release(released);
    }
    // Where the boards behind go on is known when they have joined.
    this.hasBegun ||= to.isJoined;
    if (this.hasBegun && !this.isRunning && !this.result) this.begin();
    // After what was taken and released, which one frame tells.
    from.tick(now);
    if (from.failure || to.failure) return false;
    if (this.isRunning && !this.network.step()) this.finish();
    if (!this.result) return this.isRunning;
    if (!to.send(this.number, this.result)) return false;
    this.result = undefined;
    return true;
  }

  private begin(): void {
    const received = this.from.take();
    if (!received) return;
    const { number, bytes } = received;
    const { incoming } = this.layout;
    if (bytes.length !== incoming.bytes)
      return void this.fail(
        "layout",
        `message ${number} has ${bytes.length} bytes and not ${incoming.bytes}`,
      );
    // A network with state knows the messages before; one of a board that has started anew does not.
    if (this.network.plan.variables.length > 0 && number !== this.number + 1)
      return void this.fail("state", `the state after message ${number - 1} is lost: start all boards anew`);
    this.number = number;
    this.isRunning = true;
    for (let i = 0; i < this.inputs.length; i++) copyTo(this.inputs[i], bytes, incoming.tensors[i].offset);
    for (const { output, from, bytes: length } of this.parts)
      if (!output) this.passed.push(bufferOf(bytes.subarray(from, from + length)));
  }

  private finish(): void {
    this.isRunning = false;
    const pieces: ArrayBuffer[] = [];
    let end = 0;
    for (const { offset, bytes, output } of this.parts) {
      if (offset > end) pieces.push(new ArrayBuffer(offset - end));
      pieces.push(output ? bufferOf(output) : this.passed.shift()!);
      end = offset + bytes;
    }
    const rest = new ArrayBuffer(this.layout.outgoing.bytes - end);
    this.result = new Uint8Array(joined(new ArrayBuffer(0), ...pieces, rest));
  }

  private fail(reason: "layout" | "state", message: string): void {
    this.own = { reason, message };
  }
}

/** The bytes of the network's tensors, which have to be as the layout says. */
function viewsOf(
  tensors: Network["inputs"],
  placed: StageLayout["incoming"]["tensors"],
  what: string,
): Uint8Array[] {
  const sizes = tensors.map(({ data }) => data.byteLength).join(", ");
  const expected = placed.map(({ bytes }) => bytes).join(", ");
  if (sizes !== expected)
    throw new RangeError(`the network's ${what}s have ${sizes} bytes, in the layout ${expected}`);
  return tensors.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

/** All parts of the outgoing message by offset. What is passed on need not be read out of the network. */
function partsOf({ outgoing, passed }: StageLayout, outputs: readonly Uint8Array[]): Part[] {
  const parts: Part[] = passed.map(({ from, to, bytes }) => ({ offset: to, bytes, output: undefined, from }));
  for (const [i, { offset, bytes }] of outgoing.tensors.entries())
    if (!passed.some(({ to }) => to === offset)) parts.push({ offset, bytes, output: outputs[i], from: 0 });
  return parts.sort((a, b) => a.offset - b.offset);
}
