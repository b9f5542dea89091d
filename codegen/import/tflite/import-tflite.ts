import { connectedTensors, type Graph } from "../../graph/graph.js";
import type { Op } from "../../graph/op.js";
import { inOrder } from "../../graph/order.js";
import { tensorProblems } from "../../graph/tensors.js";
import { structureProblems } from "../../graph/validate.js";
import { tryEach } from "../../problems/collector.js";
import { refuse, refuseAny } from "../../problems/problem.js";
import { type Model, openModel } from "./model.js";
import { readAttributes } from "./options.js";
import { initSubgraph, State } from "./state.js";
import { type FileOperator, readSubgraph, type Subgraph } from "./subgraph.js";

/**
 * Reads a TensorFlow Lite model. Its main subgraph becomes the graph; subgraphs that CALL_ONCE runs become the first
 * values of variables. The result's tensors, wiring and order are valid; what operators mean is validate's business.
 *
 * @param bytes content of a .tflite file, which can be anything
 * @param name what to call the graph
 * @throws Refusal with every reason found at the stage that could not be passed
 */
export function importTflite(bytes: Uint8Array, name: string): Graph {
  const model = openModel(bytes);
  const main = readSubgraph(model, model.subgraphs[0]);
  const connected = connectedTensors([main, ...main.operators]);
  refuseAny(tensorProblems(main.tensors, (id) => connected.has(id)));
  const state = new State(main);
  readInitSubgraphs(model, main, state);
  const ops = tryEach(main.operators, (operator) => readOp(operator, state));
  const graph: Graph = {
    name,
    tensors: state.tensorsOf(main),
    ops,
    inputs: main.inputs,
    outputs: main.outputs,
    variables: state.variables(),
  };
  refuseAny(structureProblems(graph));
  return { ...graph, ops: inOrder(graph.ops) };
}

/** Has the subgraphs that CALL_ONCE runs initialize the variables, and refuses those that nothing runs. */
function readInitSubgraphs(model: Model, main: Subgraph, state: State): void {
  const { subgraphs } = model;
  const run = new Set([0]);
  main.operators.forEach((operator, position) => {
    if (operator.kind !== "CALL_ONCE") return;
    const index = initSubgraph(operator, subgraphs.length);
    if (run.has(index)) return;
    run.add(index);
    const init = readSubgraph(model, subgraphs[index]);
    refuseAny(tensorProblems(init.tensors));
    state.initialize(init, index, operator, position);
  });
  const unreachable = subgraphs.findIndex((_, index) => !run.has(index));
  if (unreachable >= 0) refuse("subgraph-unreachable", { subgraph: unreachable });
}

function readOp(operator: FileOperator, state: State): Op {
  const { kind, name, inputs, outputs } = operator;
  const connected = { name, inputs, outputs };
  switch (kind) {
    case "CALL_ONCE":
      return { kind, ...connected, attributes: {} };
    case "VAR_HANDLE":
    case "READ_VARIABLE":
    case "ASSIGN_VARIABLE":
      return { kind, ...connected, attributes: { variable: state.variable(operator) } };
    default:
      // The union of kinds and the union of their attributes belong together member by member.
      return { kind, ...connected, attributes: readAttributes(kind, operator) } as Op;
  }
}
