import * as tf from "@tensorflow/tfjs-core";
import { expect, it } from "vitest";
import { useWasm } from "../../../../codegen/compress/train/backend/wasm.js";

it("starts once, however often it is asked to, and leaves errors to others", async () => {
  const listeners = () => process.listeners("uncaughtException").length;
  const before = listeners();
  await Promise.all([useWasm(), useWasm()]);
  await useWasm();
  expect(tf.getBackend()).toBe("wasm");
  expect(listeners()).toBe(before);
});
