/** Models in stages for the simulator: what boards compute, and what one board would. */

import { Random } from "../../boards/chain/random.js";
import type { StageLayout } from "../../runtime/pipeline/layout.js";
import type { StageOptions } from "../../runtime/pipeline/stage.js";

export interface Chain {
  readonly layouts: readonly StageLayout[];
  /** A network of a stage, as after a new start. */
  network(stage: number): StageOptions["network"];
  /** The n-th message that the first stage takes, the same each time it is asked for. */
  input(n: number): Uint8Array;
  /** What one board makes of it. */
  expected(n: number): Uint8Array;
}

export const MODEL = "5a".repeat(32);

/** Takes as many tiles as there are bytes, up to 5, and makes of each byte one that depends on its place. */
class Arithmetic {
  readonly inputs: StageOptions["network"]["inputs"];
  readonly outputs: StageOptions["network"]["outputs"];
  readonly plan = { variables: [] } as unknown as StageOptions["network"]["plan"];
  private readonly from: Uint8Array;
  private readonly to: Uint8Array;
  private tile = 0;

  constructor(bytes: number) {
    this.from = new Uint8Array(bytes);
    this.to = new Uint8Array(bytes);
    this.inputs = [{ data: this.from }] as unknown as typeof this.inputs;
    this.outputs = [{ data: this.to }] as unknown as typeof this.outputs;
  }

  step(): boolean {
    if (++this.tile < Math.min(5, this.from.length)) return true;
    this.tile = 0;
    for (let i = 0; i < this.to.length; i++) this.to[i] = (5 * this.from[i] + i + 1) & 255;
    this.from.fill(99); // layers may use the memory of inputs
    return false;
  }
}

/** A chain without a model: a tensor is computed on by all stages, and another passes them in front of it and behind it in turn. */
export function arithmeticChain(stages: number, bytes: number, passing: number): Chain {
  const place = (stage: number) =>
    stage % 2 === 0 ? { own: (passing + 3) & -4, other: 0 } : { own: 0, other: (bytes + 3) & -4 };
  const message = (stage: number) => {
    const { own, other } = place(stage);
    return {
      bytes: Math.max(own + bytes, other + passing),
      tensors: [{ name: "x", offset: own, bytes }],
    };
  };
  const layouts = Array.from({ length: stages }, (_, i): StageLayout => {
    const passed = passing > 0 ? [{ from: place(i).other, to: place(i + 1).other, bytes: passing }] : [];
    return { model: MODEL, incoming: message(i), outgoing: message(i + 1), passed };
  });
  const input = (n: number) => {
    const random = new Random(n + 77);
    const made = new Uint8Array(message(0).bytes);
    const { own, other } = place(0);
    for (let i = 0; i < bytes; i++) made[own + i] = random.bits();
    for (let i = 0; i < passing; i++) made[other + i] = random.bits();
    return made;
  };
  return {
    layouts,
    network: () => new Arithmetic(bytes),
    input,
    expected(n) {
      const [from, to] = [input(n), new Uint8Array(message(stages).bytes)];
      let x = from.subarray(place(0).own, place(0).own + bytes);
      for (let i = 0; i < stages; i++) x = x.map((byte, at) => 5 * byte + at + 1);
      to.set(x, place(stages).own);
      to.set(from.subarray(place(0).other, place(0).other + passing), place(stages).other);
      return to;
    },
  };
}
