/** What must hold of how operators and tensors are connected, whatever the order of the operators. */
import { operatorOf } from "../ops/registry.js";
import {
  type Code,
  type Details,
  opPlace,
  type Place,
  type Problem,
  tensorPlace,
} from "../problems/problem.js";
import { quote } from "../problems/quote.js";
import { byteLength, type Graph, type TensorId } from "./graph.js";
import { type Op, variableIndex } from "./op.js";

/** What a generated module and the planner are made for; models for microcontrollers have some hundreds. */
const MAX_CONNECTIONS = 16_384;

/** Everything that is wrong with the connections of a graph. */
export function wiringProblems(graph: Graph): Problem[] {
  const problems: Problem[] = [];
  const { tensors } = graph;

  function found<C extends Code>(code: C, details: Details[C], place: Place = {}): void {
    problems.push({ code, details, place } as Problem);
  }

  /** A tensor as a place, or undefined and a problem where there is none of that index. */
  function placeOf(id: TensorId, role: string, place: Place = {}): Place | undefined {
    const tensor = tensors[id];
    if (tensor) return { ...place, ...tensorPlace(id, tensor) };
    found("tensor-index", { index: id, count: tensors.length, role }, place);
    return undefined;
  }

  const fed = new Set<TensorId>();
  for (const id of graph.inputs) {
    const place = placeOf(id, "a model input");
    if (place && tensors[id].data) found("input-is-constant", {}, place);
    if (place && fed.has(id)) found("input-listed-twice", {}, place);
    if (place && tensors[id].variable !== undefined)
      found("variable-tensor", { role: "a model input" }, place);
    fed.add(id);
  }
  if (graph.inputs.length === 0) found("no-inputs", {});
  if (graph.outputs.length === 0) found("no-outputs", {});

  const producers = new Map<TensorId, Op>();
  for (const op of graph.ops) {
    const at = opPlace(op);
    const inputs = new Set(op.inputs);
    op.outputs.forEach((id, i) => {
      const place = placeOf(id, `output ${i}`, at);
      if (!place) return;
      const first = producers.get(id);
      if (inputs.has(id)) found("input-is-output", {}, place);
      if (tensors[id].data || tensors[id].variable !== undefined || fed.has(id))
        found("constant-is-output", {}, place);
      if (first) found("tensor-produced-twice", { first: `${first.kind} ${quote(first.name)}` }, place);
      else producers.set(id, op);
    });
  }

  function requireValue(id: TensorId, role: string, at?: Place): void {
    const place = placeOf(id, role, at);
    if (!place) return;
    if (tensors[id].variable !== undefined) found("variable-tensor", { role }, place);
    else if (!tensors[id].data && !fed.has(id) && !producers.has(id))
      found("tensor-never-produced", { role }, place);
  }

  const owned = new Set<TensorId>();

  /** An input that is state, and nobody else's. */
  function requireState(id: TensorId, role: string, at: Place): void {
    const place = placeOf(id, role, at);
    if (!place) return;
    const { variable } = tensors[id];
    if (variable === undefined) found("state-needed", { role }, place);
    else if (!graph.variables[variable])
      found("variable-index", { index: variable, count: graph.variables.length }, place);
    if (owned.has(id)) found("variable-shared", {}, place);
    owned.add(id);
  }

  for (const op of graph.ops) {
    const at = opPlace(op);
    const { inputs, outputs, optional = [], states = [] } = operatorOf(op);
    const [min, max] = inputs;
    if (op.inputs.length < min || op.inputs.length > max)
      found("input-count", { found: op.inputs.length, min, max }, at);
    if (op.outputs.length < outputs[0] || op.outputs.length > outputs[1])
      found("output-count", { found: op.outputs.length, min: outputs[0], max: outputs[1] }, at);
    op.inputs.forEach((id, i) => {
      if (id !== null) (states.includes(i) ? requireState : requireValue)(id, `input ${i}`, at);
      // Only the last inputs of an operator that says how many it takes can be left out.
      else if (!optional.includes(i) && (i < min || !Number.isFinite(max)))
        found("input-missing", { input: i }, at);
    });
    const variable = variableIndex(op);
    if (variable !== undefined && !graph.variables[variable])
      found("variable-index", { index: variable, count: graph.variables.length }, at);
  }
  for (const id of graph.outputs) requireValue(id, "a model output");

  for (const variable of graph.variables) {
    const expected = byteLength(variable);
    const length = variable.initial.length;
    if (length !== expected) found("variable-data", { variable: variable.name, expected, found: length });
  }
  const connections = [graph, ...graph.ops].reduce(
    (sum, { inputs, outputs }) => sum + inputs.length + outputs.length,
    0,
  );
  if (problems.length === 0 && connections > MAX_CONNECTIONS)
    found("too-many-connections", { connections, limit: MAX_CONNECTIONS });
  return problems;
}
