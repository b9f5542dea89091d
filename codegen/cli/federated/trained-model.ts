/** A model that learns, run here in place of a board: its parameters are averaged, and become weights again. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Trainable } from "../../../runtime/federated/trainable.js";
import type { Network } from "../../../runtime/network.js";
import type { Artifact } from "../../emit/artifact.js";
import type { Report } from "../../emit/report.js";
import { refuse } from "../../problems/problem.js";
import type { Dataset } from "../data/dataset.js";

export class TrainedModel implements Trainable {
  readonly parameters: readonly Int32Array[];
  private readonly model: Network & Trainable;
  private readonly report: Report;
  private readonly original: Uint8Array;

  private constructor(model: Network & Trainable, report: Report, original: Uint8Array) {
    this.model = model;
    this.report = report;
    this.original = original;
    this.parameters = model.parameters;
  }

  /**
   * Loads an artifact's code.
   *
   * @param folder of the artifact
   * @throws Refusal `not-trainable`
   */
  static async open(
    folder: string,
    { artifact, report }: { readonly artifact: Artifact; readonly report: Report },
  ): Promise<TrainedModel> {
    const module = await import(pathToFileURL(resolve(folder, `${report.module}.js`)).href);
    const model: Network & Partial<Trainable> = new module.default();
    const { parameters } = model;
    if (!Array.isArray(parameters) || parameters.length === 0 || !report.hot?.parts)
      return refuse("not-trainable", { path: folder });
    return new TrainedModel(model as Network & Trainable, report, artifact.get("weights.bin")!);
  }

  refresh(): void {
    this.model.refresh();
  }

  /** `weights.bin` with what the parameters come to. */
  weights(): Uint8Array {
    const weights = this.original.slice();
    const { buffer } = this.model.memory.hot!.weights8;
    for (const { from, to, length } of this.report.hot!.parts)
      weights.set(new Uint8Array(buffer as ArrayBuffer, to, length), from);
    return weights;
  }

  /** The part of labelled samples for which the right output is the highest. */
  accuracy({ samples, labels }: Required<Dataset>): number {
    const { model } = this;
    let right = 0;
    for (const [n, sample] of samples.entries()) {
      model.reset();
      for (const [i, values] of sample.entries()) model.inputs[i].quantize(values);
      const scores = model.run();
      if (scores.indexOf(Math.max(...scores) as never) === labels[n]) right++;
    }
    return right / samples.length;
  }
}
