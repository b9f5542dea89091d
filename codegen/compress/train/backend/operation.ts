/** Operations of our own on WebAssembly, for what TensorFlow.js has no kernel or gradient, or a slow one. */
import * as tf from "@tensorflow/tfjs-core";

export interface Operation<Inputs, Saved extends string, Attributes> {
  /** Unique among kernels. */
  readonly name: string;
  /** What gradients are computed from: inputs, and `output`. */
  readonly saved: readonly Saved[];
  run(inputs: Inputs, attributes: Attributes): tf.Tensor;
  /** The gradient of each input, computed only where it is asked for. `slope` is that of the output. */
  gradients(
    slope: tf.Tensor,
    saved: { readonly [Name in Saved]: tf.Tensor },
    attributes: Attributes,
  ): { readonly [Name in keyof Inputs]-?: () => tf.Tensor };
}

/** An operation as a function of tensors, through which gradients flow. It is registered when it is first called. */
export function operation<
  Inputs extends { readonly [name: string]: tf.Tensor | undefined },
  Saved extends string,
  Attributes,
>(definition: Operation<Inputs, Saved, Attributes>): (inputs: Inputs, attributes: Attributes) => tf.Tensor {
  let registered = false;
  return (inputs, attributes) => {
    if (!registered) register(definition as unknown as Operation<tf.NamedTensorMap, string, unknown>);
    registered = true;
    const given = Object.fromEntries(Object.entries(inputs).filter(([, tensor]) => tensor !== undefined));
    return tf.engine().runKernel(definition.name, given as tf.NamedTensorMap, attributes as tf.NamedAttrMap);
  };
}

function register({ name, saved, run, gradients }: Operation<tf.NamedTensorMap, string, unknown>): void {
  tf.registerKernel({
    kernelName: name,
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs }) => tf.tidy(() => run(inputs as tf.NamedTensorMap, attrs)),
  });
  const inputsToSave = saved.filter((it) => it !== "output");
  const withOutput = inputsToSave.length < saved.length;
  // TensorFlow.js hands over the inputs first.
  const names = withOutput ? [...inputsToSave, "output"] : inputsToSave;
  tf.registerGradient({
    kernelName: name,
    inputsToSave,
    outputsToSave: [withOutput],
    gradFunc: (slope, tensors, attributes) =>
      gradients(slope as tf.Tensor, Object.fromEntries(names.map((it, i) => [it, tensors[i]])), attributes),
  });
}
