/** A keyword spotter in an application is updated through its store: its outputs are those of the new model, bit for bit. */
import { expect, it } from "vitest";
import type { Artifact, Engine } from "../../boards/engine.js";
import { nodeEngine } from "../../boards/node-engine.js";
import { xsEngine } from "../../boards/xs/xs-engine.js";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import { emit } from "../../codegen/emit/artifact.js";
import { structureOf } from "../../codegen/emit/structure.js";
import type { Graph } from "../../codegen/graph/graph.js";
import { importModel } from "../../codegen/import/import-model.js";
import { runPasses } from "../../codegen/passes/index.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import { packUpdate } from "../../codegen/store/pack.js";
import type { TestedModel } from "../../runtime/store/self-test.js";
import { describeGolden, goldenModel } from "../golden/golden.js";
import { changed, stream } from "../kernels/changed-weights.js";
import { privateKey, publicHex } from "./tiny-model.js";

/** An application that takes an update when it starts, in pieces, and runs what came; before that it refuses spoilt ones. */
const APPLICATION = `
import Model, { structure } from "./kws.js";
import update from "./update.js";
import { MemoryPartition } from "./xsnn/store/memory-partition.js";
import { ModelStore } from "./xsnn/store/store.js";

export default class Updated extends Model {
  constructor() {
    const partition = new MemoryPartition(2 * 4096 * Math.ceil(update.byteLength / 4096 + 1));
    const store = new ModelStore({ partition, structure, publicKey: "${publicHex}" });
    if (store.open()) throw new Error("the store is not empty");
    for (const [at, reason] of [[1, "no-update"], [20, "structure"], [110, "signature"], [150, "signature"], [999, "digest"]]) {
      const spoilt = new Uint8Array(update).slice();
      spoilt[at] ^= 1;
      let found = "taken";
      try {
        const running = store.update();
        running.write(spoilt);
        running.end();
      } catch (error) {
        found = error.reason;
      }
      if (found !== reason) throw new Error("byte " + at + ": " + found);
    }
    const running = store.update();
    for (let at = 0; at < update.byteLength; at += 1000)
      running.write(new Uint8Array(update, at, Math.min(1000, update.byteLength - at)));
    running.end();
    super(store.open());
    if (!store.isOnTrial || !store.selfTest(this)) throw new Error("the self-test failed");
    store.confirm();
    if (!store.verify()) throw new Error("what is in flash is not what was signed");
  }
}
`;

/** How Node and XS come by the update's bytes, as an array buffer. */
const ON_NODE = `
import { readFileSync } from "node:fs";
const { buffer, byteOffset, byteLength } = readFileSync(new URL("./update.bin", import.meta.url));
export default buffer.slice(byteOffset, byteOffset + byteLength);
`;
const ON_XS = `import Resource from "Resource"; export default new Resource("update.bin");`;

const STORE = ["store/store", "store/memory-partition"];
const MACHINE = { chunkBytes: 2 ** 20, slots: 8192, stackSlots: 1024 };

function withApplication(artifact: Artifact, update: Uint8Array): Artifact {
  const encode = (text: string) => new TextEncoder().encode(text);
  const manifest = JSON.parse(new TextDecoder().decode(artifact.get("manifest.json")));
  Object.assign(manifest.modules, { app: "./app.js", update: "./xs-update.js" });
  manifest.data.update = "./update.bin";
  return new Map([
    ...artifact,
    ["app.js", encode(APPLICATION)],
    ["update.js", encode(ON_NODE)],
    ["xs-update.js", encode(ON_XS)],
    ["update.bin", update],
    ["manifest.json", encode(JSON.stringify(manifest))],
  ]);
}

describeGolden("kws_ref_int8, compiled to be updated", () => {
  const { model, vectors } = goldenModel("kws_ref_int8", 3);
  const graph = runPasses(importModel(model, "kws.tflite"));
  const inputs = vectors.map(({ steps }) => steps[0]);
  const planned = plan(graph, { updatable: "all" });
  const next = stream(7);
  const other = changed(graph, next, () => (next() % 256) - 128, 0.5);
  const own = plan(other, { updatable: "all" });

  const outputsOf = (network: ReturnType<typeof instantiate>) =>
    inputs.map((input) => {
      network.input.set(new Int8Array(input.buffer, input.byteOffset, input.length));
      return [...new Uint8Array(new Int8Array(network.run()).buffer)];
    });
  const expected = outputsOf(instantiate(plan(other, { forms: [] })));

  it("has the structure of the other model, and other outputs", () => {
    expect(structureOf(own)).toEqual(structureOf(planned));
    expect(expected).not.toEqual(outputsOf(instantiate(planned)));
    const tested: TestedModel = instantiate(planned);
    expect(tested.inputs.length).toBe(1);
  });

  const engines: readonly Engine[] = [nodeEngine, xsEngine];
  it.each(engines)("computes what the other model does on $name, once it is updated", async (engine) => {
    const artifact = emit(planned, "kws", await runtimeSources(), STORE);
    const update = packUpdate(
      {
        structure: structureOf(planned).hash,
        weights: own.weights,
        counter: 1,
        vectors: inputs.map((input, i) => ({ inputs: [input], outputs: [Uint8Array.from(expected[i])] })),
      },
      privateKey,
    );
    const { vectors: found } = await engine.run({
      artifact: withApplication(artifact, update),
      module: "app",
      vectors: inputs.map((input) => [input]),
      machine: MACHINE,
    });
    expect(found.map(({ outputs }) => [...outputs[0]])).toEqual(expected);
  });

  it("is of another structure where a scale of an activation is", () => {
    const conv = graph.ops.find(({ kind }) => kind === "CONV_2D")!;
    const id = conv.outputs[0];
    const { quantization } = graph.tensors[id];
    const scaled: Graph = {
      ...graph,
      tensors: graph.tensors.with(id, {
        ...graph.tensors[id],
        quantization: { ...quantization!, zeroPoints: [-127] },
      }),
    };
    const found = structureOf(plan(scaled, { updatable: "all" }));
    expect(found.hash).not.toBe(structureOf(planned).hash);
    expect(found.parts.length).toBe(structureOf(planned).parts.length);
  });
});
