import type { Graph, Variable } from "../../graph/graph.js";

/** The subgraph that assigns variables their first values: for each a handle (tensor 2i) and a constant (2i + 1). */
export function initGraph(variables: readonly Variable[]): Graph {
  return {
    name: "initialize",
    tensors: variables.flatMap(({ name, shape, dtype, initial }) => [
      { name, shape: [], dtype: "resource" as const },
      { name: `${name}/initial`, shape, dtype, data: initial },
    ]),
    ops: variables.flatMap(({ name }, variable) => [
      {
        kind: "VAR_HANDLE" as const,
        name,
        inputs: [],
        outputs: [2 * variable],
        attributes: { variable },
      },
      {
        kind: "ASSIGN_VARIABLE" as const,
        name: `${name}/initial`,
        inputs: [2 * variable, 2 * variable + 1],
        outputs: [],
        attributes: { variable },
      },
    ]),
    inputs: [],
    outputs: [],
    variables,
  };
}
