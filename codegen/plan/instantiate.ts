/**
 * plan → a model that runs here and now, on the very kernels and arena offsets that an artifact gets, but without
 * writing it down: for accuracy measurements and tests. What boards do is the engines' to show.
 */
import type { Layer } from "../../runtime/layer.js";
import { Network } from "../../runtime/network.js";
import type { TensorInfo } from "../../runtime/tensor.js";
import { byteLength, elements, type TensorId } from "../graph/graph.js";
import type { Plan } from "./plan.js";

/** The model that `plan` describes, ready to run. */
export function instantiate(plan: Plan): Network {
  const { graph, arena } = plan;
  const info = (id: TensorId): TensorInfo => {
    const { name, shape, dtype, quantization } = graph.tensors[id];
    return {
      name,
      shape,
      dtype: dtype as TensorInfo["dtype"],
      scale: quantization?.scales[0] ?? 1,
      zeroPoint: quantization?.zeroPoints[0] ?? 0,
      offset: arena.tensors.get(id)!,
      length: elements(shape),
    };
  };
  return new Network(
    {
      layers: plan.layers.map(
        ({ op, kernel, tiles, parameters }): Layer => ({ name: op.name, kernel, tiles, ...parameters }),
      ),
      inputs: graph.inputs.map(info),
      outputs: graph.outputs.map(info),
      variables: graph.variables.map((variable, i) => ({
        name: variable.name,
        offset: arena.variables[i],
        length: byteLength(variable),
        initial: plan.initials[i],
      })),
      arenaBytes: arena.bytes,
      weightsBytes: plan.weights.length,
    },
    plan.weights.slice().buffer,
  );
}
