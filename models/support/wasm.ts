/** TensorFlow.js on WebAssembly, made fit for training. */
import * as tf from "@tensorflow/tfjs";
import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { registerConvolutionGradients } from "./convolution-gradients.js";

/** What is used of the backend's own class. */
interface Backend {
  incRef(dataId: object): void;
}

/** Makes WebAssembly the backend. With one thread sums have one order, so that every run gives the same bits. */
export async function useWasm(): Promise<void> {
  setThreadsCount(1);
  if (!(await tf.setBackend("wasm"))) throw new Error("TensorFlow.js has no WebAssembly here");
  registerConvolutionGradients();
  shareIdentical();
}

/** Lets IDENTITY share its elements, which nothing ever changes; the backend's own copies them, several times in each layer. */
function shareIdentical(): void {
  tf.unregisterKernel("Identity", "wasm");
  tf.registerKernel({
    kernelName: "Identity",
    backendName: "wasm",
    kernelFunc({ inputs, backend }) {
      const { x } = inputs as { x: tf.TensorInfo };
      (backend as Backend).incRef(x.dataId);
      return { dataId: x.dataId, shape: x.shape, dtype: x.dtype };
    },
  });
}
