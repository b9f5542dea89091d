/** `xsnn key` and `xsnn pack`. */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { expect, it } from "vitest";
import type { Graph } from "../../codegen/graph/graph.js";
import { HEADER_BYTES } from "../../runtime/store/header.js";
import { MemoryPartition } from "../../runtime/store/memory-partition.js";
import { ModelStore } from "../../runtime/store/store.js";
import { codesOf, folderNames, inEmptyFolder, writeModel, xsnn } from "./harness.js";
import { denseModel } from "./models.js";

inEmptyFolder();

/** The model with other weights, or with another zero point of its output. */
function variant(graph: Graph, change: "weights" | "zero point"): Graph {
  const tensors = graph.tensors.map((tensor, id) => {
    const isWeights = tensor.data && tensor.dtype === "int8";
    if (change === "weights" && isWeights) return { ...tensor, data: tensor.data!.map((it) => it ^ 3) };
    if (change === "zero point" && graph.outputs.includes(id))
      return { ...tensor, quantization: { ...tensor.quantization!, zeroPoints: [5] } };
    return tensor;
  });
  return { ...graph, tensors };
}

async function compiled(name: string, graph: Graph, ...flags: readonly string[]): Promise<void> {
  writeModel(`${name}.tflite`, graph);
  expect(await xsnn("compile", `${name}.tflite`, ...flags)).toMatchObject({ code: 0 });
}

it("makes a key that its owner alone reads, and never again in its place", async () => {
  const { code, out } = await xsnn("key", "-o", "keys/own.pem");
  expect(code).toBe(0);
  expect(statSync("keys/own.pem").mode & 0o777).toBe(0o600);
  const key = createPrivateKey(readFileSync("keys/own.pem"));
  const publicKey = createPublicKey(readFileSync("keys/own.public.pem"));
  expect(createPublicKey(key).equals(publicKey)).toBe(true);
  const hex = publicKey.export({ format: "der", type: "spki" }).subarray(-32).toString("hex");
  expect(out).toContain(`publicKey: "${hex}"`);
  const before = readFileSync("keys/own.pem", "utf8");
  const again = await xsnn("key", "-o", "keys/own.pem", "--json");
  expect(again.code).toBe(1);
  expect(codesOf(again)).toEqual(["key-exists"]);
  expect(readFileSync("keys/own.pem", "utf8")).toBe(before);
});

it("leaves no private key where the public one exists", async () => {
  writeFileSync("own.public.pem", "another's");
  expect(codesOf(await xsnn("key", "-o", "own.pem", "--json"))).toEqual(["key-exists"]);
  expect(existsSync("own.pem")).toBe(false);
  expect(readFileSync("own.public.pem", "utf8")).toBe("another's");
});

it("packs an update that a store takes", async () => {
  await compiled("old", denseModel(), "--updatable", "all");
  await compiled("new", variant(denseModel(), "weights"), "--updatable", "all");
  const { out: key } = await xsnn("key", "--json");
  const { publicKey } = JSON.parse(key);
  const packed = await xsnn(
    ...[
      "pack",
      "new",
      "--for",
      "old",
      "--key",
      "update-key.pem",
      "--counter",
      "3",
      "-o",
      "new.xsnn",
      "--json",
    ],
  );
  expect(packed.code, packed.err + packed.out).toBe(0);
  const { structure, bytes, counter } = JSON.parse(packed.out);
  const plan = JSON.parse(readFileSync("old/plan.json", "utf8"));
  expect([structure, counter]).toEqual([plan.structure.hash, 3]);
  const update = new Uint8Array(readFileSync("new.xsnn"));
  expect(update.length).toBe(bytes);
  const module = await import(/* @vite-ignore */ `${process.cwd()}/old/old.js`);
  const store = new ModelStore({
    partition: new MemoryPartition(4 * 4096),
    structure: module.structure,
    publicKey,
  });
  store.open();
  const running = store.update();
  running.write(update);
  running.end();
  const weights = store.open()!;
  expect(Buffer.compare(weights, readFileSync("new/weights.bin"))).toBe(0);
  expect(store.selfTest(new module.default(weights))).toBe(true);
  expect(store.selfTest(new module.default())).toBe(false);
});

it("takes vectors from files", async () => {
  await compiled("model", denseModel(), "--updatable", "all");
  await xsnn("key");
  const plan = JSON.parse(readFileSync("model/plan.json", "utf8"));
  const input = plan.tensors.find(({ id }: { id: number }) => id === plan.inputs[0]).bytes;
  const output = plan.tensors.find(({ id }: { id: number }) => id === plan.outputs[0]).bytes;
  writeFileSync("a.bin", new Uint8Array(input).fill(7));
  writeFileSync("b.bin", new Uint8Array(2 * input).fill(9));
  const pack = (...files: readonly string[]) =>
    xsnn(
      ...["pack", "model", "--key", "update-key.pem", "-c", "1", "-o", "out.xsnn", "--json", "--vectors"],
      ...files,
    );
  expect((await pack("a.bin")).code).toBe(0);
  expect(readFileSync("out.xsnn").length).toBe(HEADER_BYTES + plan.weightsBytes + input + output);
  expect((await pack("b.bin")).code).toBe(0);
  expect(readFileSync("out.xsnn").length).toBe(HEADER_BYTES + plan.weightsBytes + 2 * (input + output));
  expect(codesOf(await pack("a.bin", "b.bin"))).toEqual(["vectors-differ"]);
});

it("names what differs where boards would refuse", async () => {
  await compiled("old", denseModel(), "--updatable", "all");
  await compiled("new", variant(denseModel(), "zero point"), "--updatable", "all");
  await xsnn("key");
  const { code, err } = await xsnn(
    ...["pack", "new", "--for", "old", "--key", "update-key.pem", "--counter", "3", "-o", "new.xsnn"],
  );
  expect(code).toBe(1);
  expect(err).toMatch(/boards with old would refuse new: their code differs in layer \d+, FULLY_CONNECTED/);
  expect(err).toContain("[structure-differs]");
  expect(folderNames()).not.toContain("new.xsnn");
});

it("refuses what is not updatable, and keys that are none", async () => {
  await compiled("plain", denseModel());
  await compiled("model", denseModel(), "--updatable", "all");
  await xsnn("key");
  const pack = (model: string, key: string, ...more: readonly string[]) =>
    xsnn("pack", model, "--key", key, "--counter", "1", "-o", "x.xsnn", "--json", ...more);
  expect(codesOf(await pack("plain", "update-key.pem"))).toEqual(["not-updatable"]);
  expect(codesOf(await pack("model", "update-key.public.pem"))).toEqual(["key-malformed"]);
  expect(codesOf(await pack("model", "none.pem"))).toEqual(["file-not-readable"]);
  writeFileSync("text.pem", "hello");
  expect(codesOf(await pack("model", "text.pem"))).toEqual(["key-malformed"]);
  expect(codesOf(await xsnn("pack", "model", "-k", "text.pem", "-c", "0", "-o", "x", "--json"))).toEqual([
    "arguments",
  ]);
  expect(
    codesOf(await xsnn("pack", "model", "-k", "text.pem", "-c", "2147483648", "-o", "x", "--json")),
  ).toEqual(["arguments"]);
  const plan = JSON.parse(readFileSync("model/plan.json", "utf8"));
  delete plan.structure;
  chmodSync("model/plan.json", 0o644);
  writeFileSync("model/plan.json", JSON.stringify(plan));
  expect(codesOf(await pack("model", "update-key.pem"))).toEqual(["no-structure"]);
  expect(existsSync("x.xsnn")).toBe(false);
});
