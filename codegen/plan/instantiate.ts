/**
 * plan → a model that runs here and now, on the very kernels and arena offsets that an artifact gets, but without
 * writing it down: for accuracy measurements and tests. What boards do is the engines' to show.
 */
import { hot, keepHot } from "../../runtime/hot.js";
import type { Layer } from "../../runtime/layer.js";
import { Network } from "../../runtime/network.js";
import { evaluateKernel } from "../kernels/generated.js";
import type { Plan } from "./plan.js";

/** The model that `plan` describes, ready to run. */
export function instantiate(plan: Plan): Network {
  const { layers, inputs, outputs, variables, arena, weights, hasInt16 } = plan;
  const network = new Network(
    {
      layers: layers.map(({ ops, isHot, code, tiles, parameters }): Layer => {
        const kernel = "source" in code ? evaluateKernel(code.source) : code.kernel;
        return {
          name: ops[ops.length - 1].name,
          kernel: isHot ? hot(kernel) : kernel,
          tiles,
          ...parameters,
        };
      }),
      inputs,
      outputs,
      variables,
      arenaBytes: arena.bytes,
      weightsBytes: weights.length,
      hasInt16,
    },
    weights.slice().buffer,
  );
  if (plan.hot) keepHot(network.memory, plan.hot);
  return network;
}
