/** A split → the folder that `xsnn split` writes: an artifact for each stage, and who runs what. */
import { createHash } from "node:crypto";
import type { StageLayout } from "../../runtime/pipeline/layout.js";
import { type Artifact, emit } from "../emit/artifact.js";
import type { RuntimeSources } from "../emit/runtime-files.js";
import { json } from "../emit/text.js";
import { linkBuffers } from "./buffers.js";
import { layoutModule, layoutOf, withLessons } from "./layout.js";
import type { Link } from "./link.js";
import type { SplitPlan, SplitStage } from "./split-plan.js";

/** The version of `split.json`. */
export const SPLIT_VERSION = 2;

/** @param name of the model's module; those of stages begin with it */
export function splitArtifact(
  plan: SplitPlan,
  name: string,
  chain: { readonly boards: readonly string[]; readonly links: readonly Link[] },
  sources: RuntimeSources,
): Artifact {
  const hash = hashOf(plan, chain);
  const encoder = new TextEncoder();
  const files = new Map<string, Uint8Array>();
  const stages = plan.stages.map((stage, i) => {
    const folder = `stage${i + 1}`;
    const { plan: planned, placement } = stage.planned;
    const layout = stageLayout(plan, stage, hash);
    const { creation } = placement;
    const parts = { layout: layoutModule(layout), ...(creation.static === 0 && { creation }) };
    for (const [path, bytes] of emit(planned, `${name}-${folder}`, sources, [], parts))
      files.set(`${folder}/${path}`, bytes);
    return { folder, module: `${name}-${folder}`, ...figures(stage), ...messages(layout) };
  });
  const links = chain.links.map((link, at) => {
    const { name, kind, bitsPerSecond } = link;
    const speed = kind === "uart" ? { baud: bitsPerSecond } : { bitsPerSecond };
    const behind = plan.stages.filter(({ boardIndex }) => boardIndex > at).length;
    return { name, kind, ...speed, ...linkBuffers(link, behind) };
  });
  const { latencyMilliseconds, intervalMilliseconds, millijoules } = plan;
  const whole = { latencyMilliseconds, intervalMilliseconds, millijoules };
  const document = {
    version: SPLIT_VERSION,
    name,
    hash,
    chain: chain.boards,
    links,
    ...whole,
    stages,
  };
  files.set("split.json", encoder.encode(json(document)));
  return files;
}

/** Where anything is trained, messages say what is to be learned, those of all stages. */
function stageLayout({ stages }: SplitPlan, { planned }: SplitStage, model: string): StageLayout {
  const layout = layoutOf(planned.graph, model);
  const isTrained = stages.some((it) => it.planned.plan.training);
  return isTrained ? withLessons(layout, planned.plan.training) : layout;
}

function figures({ planned, layers, ...figures }: SplitStage): object {
  return { ...figures, layers, creation: planned.placement.creation };
}

function messages({ incoming, outgoing, passed, training }: StageLayout): object {
  return {
    in: incoming.tensors,
    out: outgoing.tensors,
    inBytes: incoming.bytes,
    outBytes: outgoing.bytes,
    passed,
    ...(training && { training }),
  };
}

/** SHA-256 of all that stages have to agree on: what they compute, what they learn, and what they send. */
function hashOf(plan: SplitPlan, { boards }: { readonly boards: readonly string[] }): string {
  const hash = createHash("sha256");
  hash.update(boards.join());
  for (const stage of plan.stages) {
    const { boardIndex, planned } = stage;
    const { layers, weights, training } = planned.plan;
    hash.update(json({ boardIndex, ...stageLayout(plan, stage, "") }));
    hash.update(weights);
    if (training) {
      const steps = training.steps.map(({ module, stepType, parameters }) => ({
        module,
        stepType,
        parameters,
      }));
      hash.update(json({ ...training, steps }));
    }
    for (const { code, parameters, tiles } of layers) {
      const kernel = "source" in code ? code.source.text : `${code.module} ${code.layerType}`;
      hash.update(json({ kernel, parameters, tiles }));
    }
  }
  return hash.digest("hex");
}
