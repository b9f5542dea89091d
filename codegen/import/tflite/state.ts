/**
 * Streaming state as TFLM keeps it (micro_resource_variable.cc): VAR_HANDLE names a variable by container and shared
 * name, ids go by first appearance, the memory is allocated by the first ASSIGN_VARIABLE and begins filled with its
 * value's zero point. CALL_ONCE runs a subgraph that assigns other first values.
 */
import { byteLength, type Tensor, type Variable } from "../../graph/graph.js";
import { tensorProblems } from "../../graph/tensors.js";
import { opPlace, type Place, refuse, refuseAny } from "../../problems/problem.js";
import { safeName } from "./names.js";
import { optionsOf } from "./options.js";
import { CallOnceOptions, VarHandleOptions } from "./schema.js";
import type { FileOperator, Subgraph } from "./subgraph.js";

interface Entry {
  readonly name: string;
  /** What READ_VARIABLE makes or ASSIGN_VARIABLE takes; all must agree. */
  value?: Tensor;
  /** The value of the first ASSIGN_VARIABLE. */
  assigned?: Tensor;
  initial?: Uint8Array;
}

/** The variables of a model, gathered from its subgraphs: the main one first, then those that CALL_ONCE runs. */
export class State {
  /** The variable that each handle tensor of the main subgraph names. */
  readonly handles: ReadonlyMap<number, number>;
  private readonly entries: Entry[] = [];
  private readonly tensors: readonly Tensor[];
  /** The ids of variables by shared name and then by container. */
  private readonly ids = new Map<string, Map<string | undefined, number>>();
  private readonly variableOf = new Map<FileOperator, number>();
  /** The position in the main subgraph of each variable's first access. */
  private readonly firstAccess = new Map<number, number>();

  constructor(main: Subgraph) {
    this.tensors = [...main.variableIds].map((id) => main.tensors[id]);
    this.handles = this.readHandles(main);
    this.readAccesses(main, this.handles);
    main.operators.forEach((operator, position) => {
      if (!isAccess(operator)) return;
      const id = this.variable(operator);
      if (!this.firstAccess.has(id)) this.firstAccess.set(id, position);
    });
  }

  /** The variable of a VAR_HANDLE, READ_VARIABLE or ASSIGN_VARIABLE of the main subgraph. */
  variable(operator: FileOperator): number {
    return this.variableOf.get(operator) ?? refuse("variable-handle", {}, opPlace(operator));
  }

  /**
   * Takes the first values that a subgraph assigns.
   *
   * @param init the subgraph
   * @param index its index in the file
   * @param callOnce the operator of the main subgraph that runs it, and its position there
   */
  initialize(init: Subgraph, index: number, callOnce: FileOperator, position: number): void {
    for (const operator of init.operators)
      if (operator.kind !== "VAR_HANDLE" && operator.kind !== "ASSIGN_VARIABLE")
        refuse("init-operator", { subgraph: index }, opPlace(operator));
    const handles = this.readHandles(init);
    this.readAccesses(init, handles);
    for (const operator of init.operators.filter(isAccess)) {
      const id = this.variable(operator);
      const entry = this.entries[id];
      const data = init.tensors[operator.inputs[1] ?? -1]?.data;
      if (!data) refuse("init-value", { variable: entry.name }, opPlace(operator));
      if ((this.firstAccess.get(id) ?? position) < position)
        refuse("init-late", { variable: entry.name }, opPlace(callOnce));
      entry.initial = data;
    }
  }

  /** The variables that handles name, once every subgraph has been looked at; then those that are tensors. */
  variables(): Variable[] {
    return [...this.named(), ...this.tensors.map(variableOf)];
  }

  /** The tensors of the main subgraph, with what is known of their variables. */
  tensorsOf({ tensors, variableIds }: Subgraph): Tensor[] {
    const known = this.entries.length;
    const ids = [...variableIds];
    return tensors.map((tensor, id) =>
      this.handles.has(id)
        ? { ...tensor, dtype: "resource" }
        : variableIds.has(id)
          ? { ...tensor, variable: known + ids.indexOf(id) }
          : tensor,
    );
  }

  private named(): Variable[] {
    const values = this.entries.map(
      ({ name, assigned }) => assigned ?? refuse("variable-unassigned", { variable: name }),
    );
    // Variables may share a value, so that a small file can ask for more memory than its tensors have.
    refuseAny(tensorProblems(values));
    return this.entries.map(({ name, initial }, id) => {
      const { shape, dtype } = values[id];
      return { name, shape, dtype, initial: initial ?? unassigned(values[id]) };
    });
  }

  private readHandles(subgraph: Subgraph): ReadonlyMap<number, number> {
    const handles = new Map<number, number>();
    for (const operator of subgraph.operators) {
      if (operator.kind !== "VAR_HANDLE") continue;
      const id = this.idOf(operator);
      this.variableOf.set(operator, id);
      for (const output of operator.outputs) handles.set(output, id);
    }
    return handles;
  }

  /** TFLM's CreateIdIfNoneFound: files may leave the container out, and then the shared name decides. */
  private idOf(operator: FileOperator): number {
    const options = optionsOf(operator, VarHandleOptions.type);
    const place = opPlace(operator);
    const container = options?.string(VarHandleOptions.container);
    const sharedName = safeName(options?.string(VarHandleOptions.sharedName) ?? "", place);
    const ids = this.ids.get(sharedName) ?? new Map<string | undefined, number>();
    this.ids.set(sharedName, ids);
    const found = container === undefined ? ids.values().next().value : ids.get(container);
    if (found !== undefined) return found;
    const name = container ? `${safeName(container, place)}/${sharedName}` : sharedName;
    const id = this.entries.push({ name }) - 1;
    ids.set(container, id);
    return id;
  }

  private readAccesses(subgraph: Subgraph, handles: ReadonlyMap<number, number>): void {
    for (const operator of subgraph.operators.filter(isAccess)) {
      const id = handles.get(operator.inputs[0] ?? -1);
      if (id === undefined) refuse("variable-handle", {}, opPlace(operator));
      this.variableOf.set(operator, id);
      const isRead = operator.kind === "READ_VARIABLE";
      const value = subgraph.tensors[(isRead ? operator.outputs[0] : operator.inputs[1]) ?? -1];
      // A tensor index out of range is a problem of wiring, which is found there.
      if (value) note(this.entries[id], value, isRead, opPlace(operator));
    }
  }
}

/** The index of the subgraph that a CALL_ONCE runs. */
export function initSubgraph(operator: FileOperator, count: number): number {
  const index = optionsOf(operator, CallOnceOptions.type)?.int32(CallOnceOptions.initSubgraphIndex) ?? 0;
  if (index < 1 || index >= count) refuse("subgraph-index", { index, count }, opPlace(operator));
  return index;
}

function isAccess({ kind }: FileOperator): boolean {
  return kind === "READ_VARIABLE" || kind === "ASSIGN_VARIABLE";
}

function note(entry: Entry, value: Tensor, isRead: boolean, place: Place): void {
  const text = ({ dtype, shape }: Tensor) => `${dtype}[${shape.join(", ")}]`;
  entry.value ??= value;
  if (text(value) !== text(entry.value))
    refuse(
      "variable-differs",
      { variable: entry.name, first: text(entry.value), second: text(value) },
      place,
    );
  if (!isRead) entry.assigned ??= value;
}

/** A tensor that is state begins as zeros, and in int8 as zero points (ResetTensorData of micro_interpreter_graph.cc). */
function variableOf(tensor: Tensor): Variable {
  const { name, shape, dtype } = tensor;
  const initial = dtype === "int8" ? unassigned(tensor) : new Uint8Array(byteLength(tensor));
  return { name, shape, dtype, initial };
}

/** TFLM fills memory with the zero point's low byte, whatever the type. */
function unassigned(value: Tensor): Uint8Array {
  return new Uint8Array(byteLength(value)).fill((value.quantization?.zeroPoints[0] ?? 0) & 0xff);
}
