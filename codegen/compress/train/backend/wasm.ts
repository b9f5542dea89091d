/** TensorFlow.js on WebAssembly, made fit for training. */
import { type BackendWasm, setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import { refuse } from "../../../problems/problem.js";
import { registerConvolutionGradients } from "./convolution-gradients.js";
import { registerGradients } from "./gradients.js";

let start: Promise<boolean> | undefined;

/**
 * Makes WebAssembly the backend; whoever trains awaits it first. With one thread sums have one order, so that every run gives the
 * same bits.
 *
 * @throws Refusal `training-backend` where it cannot be started
 */
export async function useWasm(): Promise<void> {
  start ??= startWasm();
  if (!((await start) && (await tf.setBackend("wasm")))) refuse("training-backend", {});
}

async function startWasm(): Promise<boolean> {
  tf.enableProdMode(); // TensorFlow.js does not print why it fails: that is the caller's to tell
  setThreadsCount(1);
  const before = listeners();
  const started = await tf.setBackend("wasm");
  for (const [event, all] of listeners())
    for (const listener of all)
      if (!before.get(event)!.includes(listener)) process.removeListener(event, listener);
  if (!started) return false;
  registerGradients();
  registerConvolutionGradients();
  shareIdentical();
  return true;
}

/** Who waits for errors that nobody catches. The module of WebAssembly is among them, and prints itself with each. */
function listeners() {
  return new Map(
    ["uncaughtException", "unhandledRejection"].map((event) => [event, process.listeners(event as "exit")]),
  );
}

/** Lets IDENTITY share its elements, which nothing ever changes; the backend's own copies them, several times in each layer. */
function shareIdentical(): void {
  tf.unregisterKernel("Identity", "wasm");
  tf.registerKernel({
    kernelName: "Identity",
    backendName: "wasm",
    kernelFunc({ inputs, backend }) {
      const { x } = inputs as { x: tf.TensorInfo };
      (backend as BackendWasm).incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}
