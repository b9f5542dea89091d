/** What the links of a split keep, and where. */
import { frameBytes as bytesOfFrame } from "../../runtime/pipeline/frame.js";
import { SEAL_BYTES } from "../../runtime/pipeline/seal.js";
import { type Link, transferMilliseconds, WINDOW } from "./link.js";

/** Frames that are made or looked at at a time. */
const FRAMES = 2;

/** Received messages that wait beside the one that arrives. */
const INBOX = 1;

/** What both ends of a link keep, and how long they wait: options of runtime/pipeline/link.ts, and bytes of the port below. */
export interface LinkBuffers {
  readonly payloadBytes: number;
  readonly window: number;
  readonly inbox: number;
  /** Messages that are kept until they are done with: one that each board behind the link works on, and one that is on its way. */
  readonly outbox: number;
  /** Milliseconds until a frame is sent again: a window and its answer take less, with a tile on either side that is computed first. */
  readonly retry: number;
  /**
   * Of the driver's rings at both ends, in either direction: they hold a window, so that a board which computes a tile neither lets its
   * line go quiet nor loses what comes.
   */
  readonly queueBytes: number;
}

/** Milliseconds between polls of a board that computes, at most: the longest tile. */
const TILE_MILLISECONDS = 50;

/** @param behind stages behind the link */
export function linkBuffers(link: Link, behind: number): LinkBuffers {
  const { frameBytes } = link;
  const retry = 2 * (transferMilliseconds(link, WINDOW * frameBytes) + 2 * TILE_MILLISECONDS);
  return {
    payloadBytes: frameBytes,
    window: WINDOW,
    inbox: INBOX,
    outbox: behind + 1,
    retry: Math.ceil(retry),
    queueBytes: ringBytes(link),
  };
}

/** Of a driver's ring in one direction: a window. */
function ringBytes({ frameBytes }: Link): number {
  return WINDOW * bytesOfFrame(frameBytes, SEAL_BYTES);
}

/** What a stage's links take of its board's memory. */
export interface StageBuffers {
  /** Of the chunks, at most: messages that are kept, and frames that are made or looked at. */
  readonly chunkBytes: number;
  /** Of that, what lives most of the time. */
  readonly liveBytes: number;
  /** Of chunks that die in the time of an inference. */
  readonly garbageBytes: number;
  readonly slots: number;
  /** Of what is beside the XS machine: the rings of drivers. */
  readonly driverBytes: number;
}

/** A link, and the bytes of its messages. */
export interface LinkUse {
  readonly link: Link;
  readonly bytes: number;
}

/**
 * @param from the link to the board before, if the stage has one
 * @param to the link to the next one
 * @param behind stages behind this one
 */
export function stageBuffers(
  from: LinkUse | undefined,
  to: LinkUse | undefined,
  behind: number,
): StageBuffers {
  const [before, after] = [from && receiverBuffers(from), to && senderBuffers(to, behind)];
  const sum = (figure: (of: StageBuffers) => number) =>
    [before, after].reduce((total, it) => total + (it ? figure(it) : 0), 0);
  return {
    chunkBytes: sum((it) => it.chunkBytes),
    liveBytes: sum((it) => it.liveBytes),
    garbageBytes: sum((it) => it.garbageBytes),
    slots: sum((it) => it.slots),
    driverBytes: sum((it) => it.driverBytes),
  };
}

/** Copies of each byte of a message that links and stages make, those of its check included. */
const COPIES = { received: 6.5, sent: 8.5 };

/** Of a link and its parts; a message or a frame that is kept takes four. */
const LINK_SLOTS = 160;

function receiverBuffers({ link, bytes }: LinkUse): StageBuffers {
  return {
    // What waits, what arrives.
    chunkBytes: (INBOX + 1) * bytes + FRAMES * link.frameBytes,
    liveBytes: INBOX * bytes,
    garbageBytes: COPIES.received * bytes,
    slots: LINK_SLOTS,
    driverBytes: 2 * ringBytes(link),
  };
}

function senderBuffers({ link, bytes }: LinkUse, behind: number): StageBuffers {
  const { outbox, queueBytes } = linkBuffers(link, behind);
  return {
    chunkBytes: outbox * bytes + FRAMES * link.frameBytes,
    liveBytes: outbox * bytes,
    garbageBytes: COPIES.sent * bytes,
    slots: LINK_SLOTS,
    driverBytes: 2 * queueBytes,
  };
}
