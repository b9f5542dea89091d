/** What a link's frames cost on a board, counted like snippets: each piece twice, and the difference taken. */
import type { Engine, Machine } from "../../../boards/engine.js";
import type { RuntimeSources } from "../../emit/runtime-files.js";
import { repeated, runLayers } from "../calibrate/snippets.js";

export interface FrameCount {
  readonly payloadBytes: number;
  /** Instructions that one frame takes: made with copy and check, and found, checked and copied out. */
  readonly sent: number;
  readonly received: number;
}

const TIMES = 6;

/** Room for all garbage: what collections take depends on the application. */
const MACHINE: Machine = { chunkBytes: 64 * 2 ** 20, slots: 8192, stackSlots: 1024 };

const IMPORTS = new Map([
  ["lanes", ["fromBytes"]],
  ["pipeline/check", ["isWhole"]],
  ["pipeline/copy", ["joined"]],
  ["pipeline/frame", ["DATA", "finished", "newFrame", "payloadOf"]],
  ["pipeline/decoder", ["Decoder"]],
  ["pipeline/incoming", ["Incoming"]],
]);

/** Refuses to be counted where a frame does not come through as it is. */
const setup = (payloadBytes: number) => `
  const payload = new Uint8Array(${payloadBytes});
  for (let i = 0; i < ${payloadBytes}; i++) payload[i] = i % 5 ? 37 * i + 1 : 0;
  const frame = finished(newFrame(DATA, payload));
  const incoming = new Incoming(0, 1, ${payloadBytes});
  const decoder = new Decoder(${payloadBytes}, (words) => {
    incoming.accept(incoming.sequence, incoming.expected, ${payloadBytes}, payloadOf(words));
  });
  decoder.push(frame);
  const { bytes } = incoming.take();
  for (let i = 0; i < ${payloadBytes}; i++) if (bytes[i] !== payload[i]) throw new Error("the frame has changed");
  frame[60] ^= 4;
  if (isWhole(frame)) throw new Error("the check does not check");
  frame[60] ^= 4;`;

/** Counts frames of some lengths of payload. */
export async function countFrames(
  engine: Engine,
  sources: RuntimeSources,
  lengths: readonly number[],
): Promise<FrameCount[]> {
  const bodies = ["finished(newFrame(DATA, payload));", "decoder.push(frame); incoming.take();"];
  const layers = lengths.flatMap((length) =>
    bodies.flatMap((body) =>
      [1, TIMES].map((times) => repeated({ setup: setup(length), body, imports: IMPORTS }, times)),
    ),
  );
  const { layers: counts } = await runLayers(engine, sources, layers, MACHINE);
  const own = counts.map(({ instructions, inCollections }) => instructions - inCollections);
  const each = (i: number) => Math.round((own[i + 1] - own[i]) / (TIMES - 1));
  return lengths.map((payloadBytes, i) => ({ payloadBytes, sent: each(4 * i), received: each(4 * i + 2) }));
}
