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

/** One and four more: the pads of so many are made at once. */
const TIMES = 5;

/** Room for all garbage: what collections take depends on the application. */
const MACHINE: Machine = { chunkBytes: 64 * 2 ** 20, slots: 8192, stackSlots: 1024 };

const IMPORTS = new Map([
  ["lanes", ["fromBytes"]],
  ["pipeline/check", ["isWhole"]],
  ["pipeline/chacha20", ["chacha20"]],
  ["pipeline/copy", ["joined"]],
  ["pipeline/frame", ["DATA", "finished", "newFrame", "payloadOf"]],
  ["pipeline/decoder", ["Decoder"]],
  ["pipeline/incoming", ["Incoming"]],
  ["pipeline/poly1305", ["poly1305"]],
  ["pipeline/seal", ["Seal", "SEAL_BYTES"]],
]);

/** Refuses to be counted where a frame does not come through as it is. A frame that is sealed is taken once: there are many. */
const setup = (payloadBytes: number, isSealed: boolean) => `
  const payload = new Uint8Array(${payloadBytes});
  for (let i = 0; i < ${payloadBytes}; i++) payload[i] = i % 5 ? 37 * i + 1 : 0;
  const [a, b] = [{ low: 1, high: 2 }, { low: 3, high: 4 }];
  const [here, there] = [{ own: a, peer: b }, { own: b, peer: a }];
  const [sender, receiver] = [new Seal(new Uint8Array(32)), new Seal(new Uint8Array(32))];
  const make = () => {
    const words = newFrame(DATA, payload, ${isSealed ? "SEAL_BYTES" : 0});
    ${isSealed ? "sender.seal(words, here); return new Uint8Array(words.buffer);" : "return finished(words);"}
  };
  const isSound = (words) => ${isSealed ? "receiver.opens(words, there)" : "isWhole(new Uint8Array(words.buffer))"};
  const incoming = new Incoming(0, 1, ${payloadBytes});
  const decoder = new Decoder(${payloadBytes}, ${isSealed ? "SEAL_BYTES" : 0}, (words) => {
    if (!isSound(words)) throw new Error("a frame is not taken");
    incoming.accept(incoming.sequence, incoming.expected, ${payloadBytes}, payloadOf(words));
    return true;
  });
  const frames = [];
  for (let i = 0; i < ${TIMES + 1}; i++) frames.push(make());
  let next = 1;
  decoder.push(frames[0]);
  const { bytes } = incoming.take();
  for (let i = 0; i < ${payloadBytes}; i++) if (bytes[i] !== payload[i]) throw new Error("the frame has changed");
  frames[0][44] ^= 4;
  if (isSound(new Int32Array(frames[0].buffer))) throw new Error("the check does not check");`;

/** Counts frames of some lengths of payload, with a key or without. */
export async function countFrames(
  engine: Engine,
  sources: RuntimeSources,
  lengths: readonly number[],
  isSealed = false,
): Promise<FrameCount[]> {
  const bodies = ["make();", "decoder.push(frames[next++]); incoming.take();"];
  const layers = lengths.flatMap((length) =>
    bodies.flatMap((body) =>
      [1, TIMES].map((times) => repeated({ setup: setup(length, isSealed), body, imports: IMPORTS }, times)),
    ),
  );
  const { layers: counts } = await runLayers(engine, sources, layers, MACHINE);
  const own = counts.map(({ instructions, inCollections }) => instructions - inCollections);
  const each = (i: number) => Math.round((own[i + 1] - own[i]) / (TIMES - 1));
  return lengths.map((payloadBytes, i) => ({ payloadBytes, sent: each(4 * i), received: each(4 * i + 2) }));
}
