import type { Graph } from "../../codegen/graph/graph.js";
import { instantiate } from "../../codegen/plan/instantiate.js";
import { plan } from "../../codegen/plan/plan.js";
import type { Picture } from "./picture.js";

/** Gives the label of the greatest output of the compiled int8 graph, whose input bytes are pixels less 128. */
export function classifier(graph: Graph): (picture: Picture) => number {
  const model = instantiate(plan(graph));
  return ({ pixels }) => {
    model.input.set(pixels.map((pixel) => pixel - 128));
    const scores = model.run();
    return scores.indexOf(Math.max(...scores));
  };
}
