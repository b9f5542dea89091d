/** Runs a job on a model: the same on every engine. */
import type { Host } from "./host.js";
import { frameKinds, traceWords } from "./protocol.js";

/** What the driver needs of a tensor and of a generated model. */
interface TensorLike {
  readonly data: {
    readonly buffer: ArrayBufferLike;
    readonly byteOffset: number;
    readonly byteLength: number;
  };
}

export interface ModelLike {
  readonly inputs: readonly TensorLike[];
  readonly outputs: readonly TensorLike[];
  readonly memory: { readonly uint8: Uint8Array };
  /** Index of the next layer. */
  readonly layer: number;
  reset(): void;
  step(): boolean;
  /** Of models that learn. */
  learn?(label: number): number;
  readonly parameters?: readonly Int32Array[];
  readonly plan: { readonly layers: { readonly length: number } };
}

/** One traced tensor: its bytes in the arena hold once `layer` layers have run. */
interface Trace {
  readonly id: number;
  readonly layer: number;
  readonly offset: number;
  readonly length: number;
}

/**
 * Nothing is allocated once the model is loaded: under XS even an iterator would be.
 *
 * @param Model the default export of the model's module
 */
export function drive(Model: new () => ModelLike, host: Host): void {
  const words = new Int32Array(traceWords);
  const { buffer } = words;
  const receiveWord = () => {
    host.receive(buffer, 0, 4);
    return words[0];
  };

  const vectors = receiveWord();
  const traceCount = receiveWord();
  const isLearning = receiveWord() === 1;
  const traces = receiveTraces(host, traceCount, words);
  const model = new Model();
  const { inputs, outputs } = model;
  let stepBytes = 0;
  for (const { data } of inputs) stepBytes += data.byteLength;
  host.startPeaks?.(buffer);
  host.send(frameKinds.loaded, 0, buffer, 0, host.startPeaks ? 8 : 0);

  for (let vector = 0; vector < vectors; vector++) {
    model.reset();
    for (let steps = receiveWord(); steps > 0; steps--) {
      const given = receiveWord();
      if (given !== stepBytes)
        throw new RangeError(`a step takes ${stepBytes} bytes of input, ${given} given`);
      for (let i = 0; i < inputs.length; i++) {
        const { data } = inputs[i];
        host.receive(data.buffer, data.byteOffset, data.byteLength);
      }
      if (steps > 1 || traces.length === 0) runCounted(model, host);
      else runTraced(model, traces, host);
      for (let i = 0; i < outputs.length; i++) {
        const { data } = outputs[i];
        host.send(frameKinds.output, i, data.buffer, data.byteOffset, data.byteLength);
      }
      host.send(frameKinds.step, 0, buffer, 0, 0);
    }
    const label = isLearning ? receiveWord() : -1;
    if (label >= 0) learn(model, label, words, host);
  }
  const { parameters } = model;
  if (isLearning && parameters)
    for (let i = 0; i < parameters.length; i++) {
      const { buffer: bytes, byteOffset, byteLength } = parameters[i];
      host.send(frameKinds.parameters, i, bytes, byteOffset, byteLength);
    }
  host.send(frameKinds.done, 0, buffer, 0, 0);
}

/** Learns from the vector that has run, counted as a layer behind the last one, and tells the loss. */
function learn(model: ModelLike, label: number, words: Int32Array, host: Host): void {
  if (!model.learn) throw new TypeError("there are labels, and nothing of this model is trained");
  host.count?.(-1);
  words[0] = model.learn(label);
  host.count?.(model.plan.layers.length);
  host.send(frameKinds.loss, 0, words.buffer, 0, 4);
}

function receiveTraces(host: Host, count: number, words: Int32Array): Trace[] {
  const traces: Trace[] = [];
  for (let i = 0; i < count; i++) {
    host.receive(words.buffer, 0, 4 * traceWords);
    traces.push({ id: words[0], layer: words[1], offset: words[2], length: words[3] });
  }
  return traces;
}

/** Runs the model once. The loop, as an application has one, is counted in: with step() some 5,000 instructions a tile. */
function runCounted(model: ModelLike, host: Host): void {
  host.count?.(-1);
  for (let more = true; more; ) {
    const { layer } = model;
    more = model.step();
    host.count?.(layer);
  }
}

/** Runs the model once and sends each traced tensor as soon as its layer is complete. */
function runTraced(model: ModelLike, traces: readonly Trace[], host: Host): void {
  const arena = model.memory.uint8;
  let next = 0;
  let complete = -1;
  for (let more = true; ; ) {
    while (next < traces.length && traces[next].layer <= complete) {
      const { id, offset, length } = traces[next++];
      host.send(frameKinds.trace, id, arena.buffer, arena.byteOffset + offset, length);
    }
    if (!more) return;
    const { layer } = model;
    host.count?.(-1);
    more = model.step();
    host.count?.(layer);
    complete = more ? model.layer - 1 : Number.MAX_SAFE_INTEGER;
  }
}
