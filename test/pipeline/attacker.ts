/** Somebody who can read a line and write to it, and has no key. */
import type { LineEnd } from "../../boards/chain/line.js";
import type { Random } from "../../boards/chain/random.js";
import { AT_CHECK, AT_TYPE, finished, HEADER_BYTES } from "../../runtime/pipeline/frame.js";

/** How many frames are remembered: those of former sessions too. */
const MEMORY = 200;

export class Attacker {
  private readonly ends: readonly LineEnd[];
  private readonly random: Random;
  /** Frames, and the end that wrote them. */
  private readonly heard: { readonly by: number; readonly bytes: Uint8Array }[] = [];

  constructor(ends: readonly LineEnd[], random: Random) {
    this.ends = ends;
    this.random = random;
    for (const [by, end] of ends.entries()) {
      const write = end.write.bind(end);
      end.write = (bytes) => {
        if (this.heard.length === MEMORY) this.heard.splice(random.below(MEMORY), 1);
        this.heard.push({ by, bytes: bytes.slice() });
        write(bytes);
      };
    }
  }

  /** Replays, reflects, forges or cuts a frame. */
  act(): void {
    const { random, heard, ends } = this;
    if (heard.length === 0) return;
    const { by, bytes } = heard[random.below(heard.length)];
    const [writer, reader] = [ends[by], ends[1 - by]];
    const kind = random.below(4);
    if (kind === 0) reader.inject(bytes);
    else if (kind === 1) writer.inject(bytes);
    else if (kind === 2) reader.inject(this.forged(bytes));
    else reader.inject(bytes.slice(0, random.below(bytes.length)));
  }

  /** The frame with another header or payload, and the check that it has to have. */
  private forged(bytes: Uint8Array): Uint8Array {
    const words = new Int32Array(bytes.slice().buffer);
    const hasPayload = words.byteLength > HEADER_BYTES && this.random.chance(0.5);
    const first = hasPayload ? HEADER_BYTES / 4 : AT_TYPE + 1;
    const end = hasPayload ? words.length : HEADER_BYTES / 4;
    words[first + this.random.below(end - first)] += this.random.chance(0.5) ? 1 : this.random.bits();
    words[AT_CHECK] = 0;
    return finished(words);
  }
}
