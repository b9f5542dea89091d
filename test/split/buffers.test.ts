import { expect, it } from "vitest";
import { linkBuffers, stageBuffers } from "../../codegen/split/buffers.js";
import { parseLink, transferMilliseconds } from "../../codegen/split/link.js";
import { frameBytes } from "../../runtime/pipeline/frame.js";
import { SEAL_BYTES } from "../../runtime/pipeline/seal.js";

const uart = parseLink("uart:921600");

it("a link keeps a message for each board behind it and one on its way, and its rings hold a window", () => {
  expect([1, 2, 3].map((behind) => linkBuffers(uart, behind).outbox)).toEqual([2, 3, 4]);
  const { window, queueBytes, payloadBytes, retry } = linkBuffers(uart, 1);
  expect(queueBytes).toBeGreaterThanOrEqual(window * frameBytes(payloadBytes, SEAL_BYTES));
  // What is late only because lines are slow is not sent again.
  expect(retry).toBeGreaterThan(2 * transferMilliseconds(uart, window * payloadBytes));
});

it("a stage in the middle has the buffers of both its links", () => {
  const [from, to] = [5000, 300].map((bytes) => ({ link: uart, bytes }));
  const [first, middle, last] = [
    stageBuffers(undefined, to, 1),
    stageBuffers(from, to, 1),
    stageBuffers(from, undefined, 0),
  ];
  for (const figure of ["chunkBytes", "liveBytes", "garbageBytes", "slots", "driverBytes"] as const)
    expect(middle[figure]).toBe(first[figure] + last[figure]);
  expect(stageBuffers(from, to, 2).chunkBytes).toBe(middle.chunkBytes + 300);
  expect(last.chunkBytes).toBeGreaterThanOrEqual(2 * 5000);
});
