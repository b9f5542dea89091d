import type { Counters } from "../../boards/engine.js";
import { thousands } from "../emit/text.js";

/** What an engine counted, a line each; nothing for one that counts nothing. Wall time is none of it. */
export function countersText({ instructions, heap, flash }: Counters): string {
  const lines: string[] = [];
  if (instructions !== undefined) lines.push(`Instructions: ${thousands(instructions)}`);
  if (heap) {
    const slots = (count: number) => `${thousands(count)} slots of ${heap.slotBytes} bytes`;
    const { peakChunkBytes, peakSlots, peakStackSlots, liveChunkBytes, liveSlots, collections } = heap;
    lines.push(
      `Peak chunks: ${thousands(peakChunkBytes)} bytes`,
      `Peak slots:  ${slots(peakSlots)}`,
      `Peak stack:  ${slots(peakStackSlots)}`,
      `Live peak:   ${thousands(liveChunkBytes)} bytes of chunks and ${thousands(liveSlots)} slots; collections: ${thousands(collections)}`,
    );
  }
  if (flash)
    lines.push(
      `Flash:       ${thousands(flash.bytecodeBytes)} bytes of bytecode, ${thousands(flash.modelFrozenBytes)} bytes of frozen objects, ${thousands(flash.constantBytes)} bytes of weights`,
    );
  return lines.map((line) => `${line}\n`).join("");
}
