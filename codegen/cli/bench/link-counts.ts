/** What links and stages take on a board beside frames: counted like snippets, each piece twice, and the difference taken. */
import type { Engine, Machine } from "../../../boards/engine.js";
import type { RuntimeSources } from "../../emit/runtime-files.js";
import { repeated, runLayers } from "../calibrate/snippets.js";

export interface LinkCount {
  /** Bytes of a message of one frame. */
  readonly bytes: number;
  /** Instructions of a link that is given it and sends it, and of one that hears it and has it taken. */
  readonly sent: number;
  readonly heard: number;
  /** Of a stage without its network that takes a message of so many bytes and makes one of 4, and the other way round. */
  readonly taken: number;
  readonly made: number;
}

export interface LinkCounts {
  readonly messages: readonly LinkCount[];
  /** Of a status frame. */
  readonly status: { readonly sent: number; readonly heard: number };
  /** Of a poll in which there is nothing to do. */
  readonly poll: number;
}

/** The shorter and the longer run that are compared. */
const [FEW, MANY] = [1, 6];

/** A byte of a message that is looked at. */
const BYTE = 2;

/** Room for all garbage: what collections take depends on the application. */
const MACHINE: Machine = { chunkBytes: 64 * 2 ** 20, slots: 16_384, stackSlots: 1024 };

const IMPORTS = new Map([
  ["pipeline/ends", ["Results", "Sensor"]],
  ["pipeline/link", ["Link"]],
  ["pipeline/memory-transport", ["MemoryTransport"]],
  ["pipeline/stage", ["Stage"]],
]);

/** Two links that have joined; what either writes waits in `sent`. Nothing else is due at `now`. */
const setup = (bytes: number) => `
  const model = [1, 2, 3, 4, 5, 6, 7, 8];
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) | 0);
  const ends = MemoryTransport.pair();
  const options = { model, random, longest: ${bytes}, payloadBytes: 4096, window: 64, inbox: 64, outbox: 64 };
  const [a, b] = ends.map((transport) => new Link({ ...options, transport }));
  let now = 0;
  for (; now < 4000; now += 100) {
    a.tick(now);
    b.tick(now);
  }
  const sent = [];
  const [hearA, hearB] = ends.map(({ onBytes }) => onBytes);
  for (const end of ends) end.onBytes = (bytes) => sent.push(bytes);
  const message = new Uint8Array(${bytes});
  for (let i = 0; i < ${bytes}; i++) message[i] = i % 5 ? 37 * i + 1 : 0;
  a.tick(now);
  b.tick(now);
  const stageOf = (taken, made, ends) => {
    const tensors = (bytes) => [{ data: new Uint8Array(bytes) }];
    const placed = (bytes) => ({ bytes, tensors: [{ name: "x", offset: 0, bytes }] });
    const network = { inputs: tensors(taken), outputs: tensors(made), plan: { variables: [] }, step: () => false };
    const layout = { model: "", incoming: placed(taken), outgoing: placed(made), passed: [] };
    return new Stage({ network, layout, ...ends });
  };
  const least = new Uint8Array(4);
  const to = new Results(() => {});
  const takes = stageOf(${bytes}, 4, { from: new Sensor(() => message), to });
  const makes = stageOf(4, ${bytes}, { from: new Sensor(() => least), to });
  const waiting = stageOf(4, 4, { from: b, to: a });
  waiting.poll(now);
  let number = 0;
  const sends = () => {
    a.send(number++, message);
    a.tick(now);
  };
  const tells = () => {
    b.release(++number);
    b.tick(now);
  };
  const written = (work) => {
    for (let i = 0; i < ${MANY}; i++) work();
    if (sent.length !== ${MANY}) throw new Error("there are " + sent.length + " frames");
    number = 0;
    return sent.splice(0);
  };`;

/** Frames are heard by the other end, and the tick that follows is part of it. */
const HEARS = `
  const frames = written(sends);
  const hear = () => {
    hearB(frames[number++]);
    const { bytes } = b.take();
    if (bytes[${BYTE}] !== message[${BYTE}]) throw new Error("a message has changed");
    b.tick(now);
  };`;
const LEARNS = `
  const frames = written(tells);
  const learn = () => {
    hearA(frames[number]);
    a.tick(now);
    if (a.released !== ++number) throw new Error("a status is not heard");
  };`;

export async function countLinks(
  engine: Engine,
  sources: RuntimeSources,
  lengths: readonly number[],
): Promise<LinkCounts> {
  const [most] = lengths;
  const snippets = [
    { bytes: most, body: "" },
    { bytes: most, body: "waiting.poll(now);" },
    { bytes: most, body: "tells();" },
    { bytes: most, more: LEARNS, body: "learn();" },
    ...lengths.flatMap((bytes) => [
      { bytes, body: "sends();" },
      { bytes, more: HEARS, body: "hear();" },
      { bytes, body: "takes.poll(now);" },
      { bytes, body: "makes.poll(now);" },
    ]),
  ];
  const layers = snippets.flatMap(({ bytes, more = "", body }) =>
    [FEW, MANY].map((times) => repeated({ setup: setup(bytes) + more, body, imports: IMPORTS }, times)),
  );
  const { layers: counts } = await runLayers(engine, sources, layers, MACHINE);
  const own = counts.map(({ instructions, inCollections }) => instructions - inCollections);
  const each = snippets.map((_, i) => (own[2 * i + 1] - own[2 * i]) / (MANY - FEW));
  const [, poll, told, learned, ...messages] = each.map((it) => Math.round(it - each[0]));
  return {
    poll,
    status: { sent: told, heard: learned },
    messages: lengths.map((bytes, i) => {
      const [sent, heard, taken, made] = messages.slice(4 * i);
      return { bytes, sent, heard, taken, made };
    }),
  };
}
