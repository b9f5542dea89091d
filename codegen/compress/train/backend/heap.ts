/** Tensors where they lie in WebAssembly's memory, for loops over their elements. */
import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";

/** A float32 tensor that is still to be filled. */
export function unfilled(shape: readonly number[]): tf.Tensor {
  const info = wasm().makeOutput([...shape], "float32");
  return tf.engine().makeTensorFromTensorInfo(info);
}

/** The elements of float32 tensors. The views hold until some tensor is made: memory may move then. */
export function elementsOf(...tensors: readonly tf.TensorInfo[]): Float32Array[] {
  const backend = wasm();
  return tensors.map((tensor) => backend.typedArrayFromHeap(tensor) as Float32Array);
}

function wasm(): BackendWasm {
  return tf.backend() as BackendWasm;
}
