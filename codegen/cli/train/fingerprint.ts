/** What a training depends on, in few characters. */
import { createHash } from "node:crypto";
import { json } from "../../emit/text.js";
import type { Graph } from "../../graph/graph.js";
import type { Dataset } from "../data/dataset.js";

/** Options that change nothing about what is trained: names of files, and what becomes of it. */
const BESIDE = ["output", "checkpoint", "report", "json", "data", "labels", "student"];

/** A digest of the models, the data and the options: the same training has the same one, wherever its files are. */
export function fingerprint(models: readonly Graph[], { samples, labels }: Dataset, flags: object): string {
  const hash = createHash("sha256");
  const options = Object.entries(flags).filter(([name]) => !BESIDE.includes(name));
  hash.update(json([options.sort(), labels ?? null, samples.length]));
  for (const graph of models) update(hash, graph);
  for (const sample of samples) for (const values of sample) hash.update(values);
  return hash.digest("hex");
}

function update(hash: ReturnType<typeof createHash>, { tensors, ...rest }: Graph): void {
  hash.update(json([rest.ops, rest.inputs, rest.outputs, tensors.map(({ data: _, ...about }) => about)]));
  for (const { data } of tensors) if (data) hash.update(data);
}
