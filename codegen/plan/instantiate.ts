/**
 * plan → a model that runs here and now, on the very kernels and arena offsets that an artifact gets, but without
 * writing it down: for accuracy measurements and tests. What boards do is the engines' to show.
 */
import { hot, keepHot } from "../../runtime/hot.js";
import { repeated } from "../../runtime/lanes.js";
import type { Layer } from "../../runtime/layer.js";
import { Network, type Plan as NetworkPlan } from "../../runtime/network.js";
import { TrainableNetwork } from "../../runtime/training/trainable-network.js";
import type { TrainingPlan as Learning } from "../../runtime/training/training.js";
import { evaluateKernel } from "../kernels/generated.js";
import type { TrainingPlan } from "../training/plan-training.js";
import type { Plan } from "./plan.js";

/** The model that `plan` describes, ready to run. */
export function instantiate(plan: Plan): Network {
  const network = new Network(networkPlan(plan), plan.weights.slice().buffer);
  if (plan.hot) keepHot(network.memory, plan.hot);
  return network;
}

/** The model that learns. @param plan with layers that are trained */
export function instantiateTrainable(plan: Plan): TrainableNetwork {
  const { training, hot: weights } = plan;
  if (!training || !weights) throw new Error("nothing of this model is trained");
  return new TrainableNetwork(networkPlan(plan), plan.weights.slice().buffer, weights, learning(training));
}

function learning({ steps, weights, ...rest }: TrainingPlan): Learning {
  const lanes = (width: number) => () => repeated(1n, 32n, width);
  return {
    ...rest,
    steps: steps.map(({ name, kernel, parameters, lanes: width = 0 }) => ({
      name,
      kernel,
      ...parameters,
      all: lanes(width),
    })),
    weights: weights.map((it) => ({ ...it, all: lanes(it.columns) })),
  };
}

function networkPlan({ layers, inputs, outputs, variables, arena, weights, hasInt16 }: Plan): NetworkPlan {
  return {
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
  };
}
