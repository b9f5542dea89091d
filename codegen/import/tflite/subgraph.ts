import type { Tensor } from "../../graph/graph.js";
import type { OpKind } from "../../graph/op.js";
import { operators } from "../../ops/index.js";
import { Collector } from "../../problems/collector.js";
import { opPlace, type Place, refuse, refuseAny } from "../../problems/problem.js";
import { BUILTIN_OPERATORS, CUSTOM } from "./builtin-operators.js";
import type { Model } from "./model.js";
import { formats, isStateKind, STATE_VERSION } from "./operators.js";
import * as schema from "./schema.js";
import { readTensors, readVariableIds } from "./tensors.js";
import type { VerifiedTable } from "./verified-table.js";

/** A subgraph as the file has it: nothing is known of how its operators and tensors are connected. */
export interface Subgraph {
  readonly tensors: readonly Tensor[];
  /** The ids of those that are state. */
  readonly variableIds: ReadonlySet<number>;
  readonly operators: readonly FileOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** An operator of a kind and version that we know, its options not yet read. */
export interface FileOperator {
  readonly kind: OpKind;
  readonly name: string;
  readonly inputs: readonly (number | null)[];
  readonly outputs: readonly number[];
  readonly optionsType: number;
  readonly options: VerifiedTable | undefined;
}

/**
 * Reads the tensors and operators of a subgraph.
 *
 * @throws Refusal with every operator that we do not know, or else with every tensor that we do not
 */
export function readSubgraph(model: Model, table: VerifiedTable): Subgraph {
  const entries = table.tables(schema.SubGraph.operators);
  const tensorTables = table.tables(schema.SubGraph.tensors);
  const kinds = readKinds(model, entries, tensorTables);
  const tensors = readTensors(model, tensorTables);
  const unique = uniqueNames();
  const operators = entries.map((entry, index): FileOperator => {
    const kind = kinds[index];
    const outputs = entry.int32s(schema.Operator.outputs) ?? [];
    return {
      kind,
      name: unique(tensors[outputs[0]]?.name || unnamed(kind, index), index),
      inputs: (entry.int32s(schema.Operator.inputs) ?? []).map((id) => (id === -1 ? null : id)),
      outputs,
      optionsType: entry.uint8(schema.Operator.builtinOptionsType),
      options: entry.table(schema.Operator.builtinOptions),
    };
  });
  return {
    tensors,
    variableIds: readVariableIds(tensorTables),
    operators,
    inputs: table.int32s(schema.SubGraph.inputs) ?? [],
    outputs: table.int32s(schema.SubGraph.outputs) ?? [],
  };
}

/** The kind of every operator; one that cannot be taken is refused once, where it is first used. */
function readKinds(
  model: Model,
  entries: readonly VerifiedTable[],
  tensors: readonly VerifiedTable[],
): OpKind[] {
  const collector = new Collector();
  const known = new Map<string, OpKind | undefined>();
  const kinds = entries.map((entry, index) => {
    const code = readCode(model, entry.uint32(schema.Operator.opcodeIndex), index);
    const key = `${code.kind} ${code.version} ${code.customName}`;
    if (!known.has(key)) {
      const output = entry.int32s(schema.Operator.outputs)?.[0] ?? -1;
      const name = tensors[output]?.string(schema.Tensor.name) || unnamed(code.kind, index);
      known.set(
        key,
        collector.try(() => knownKind(code, opPlace({ kind: code.kind, name }))),
      );
    }
    return known.get(key);
  });
  refuseAny(collector.problems);
  return kinds as OpKind[];
}

interface OperatorCode {
  /** The schema's name of the operator. */
  readonly kind: string;
  readonly builtin: number;
  readonly version: number;
  readonly customName: string;
}

function readCode(model: Model, index: number, operator: number): OperatorCode {
  const table = model.operatorCodes[index];
  if (!table) refuse("operator-code-index", { operator, index, count: model.operatorCodes.length });
  // Files from before 2020 have the int8 field only; later ones have a placeholder there where it is too narrow.
  const builtin = Math.max(
    table.int8(schema.OperatorCode.deprecatedBuiltinCode),
    table.int32(schema.OperatorCode.builtinCode),
  );
  return {
    kind: BUILTIN_OPERATORS[builtin] ?? `operator ${builtin}`,
    builtin,
    version: table.int32(schema.OperatorCode.version, 1),
    customName: table.string(schema.OperatorCode.customCode) ?? "",
  };
}

/** The kind that a code stands for, if we know it in that version. */
function knownKind({ kind, builtin, version, customName }: OperatorCode, place: Place): OpKind {
  if (builtin === CUSTOM) refuse("operator-custom", { name: customName }, place);
  if (BUILTIN_OPERATORS[builtin] === undefined) refuse("operator-unknown", { code: builtin }, place);
  if (!isKind(kind)) refuse("operator-not-supported", { operator: kind }, place);
  const known = isStateKind(kind) ? STATE_VERSION : formats[kind].versions[1];
  if (version > known) refuse("operator-version", { version, known }, place);
  return kind;
}

function isKind(name: string): name is OpKind {
  return Object.hasOwn(operators, name);
}

/** What to call an operator whose output has no name. */
function unnamed(kind: string, index: number): string {
  return `${kind}#${index}`;
}

/** Names for operators: taken as they are the first time, with #index afterwards. */
function uniqueNames(): (name: string, index: number) => string {
  const taken = new Set<string>();
  return (name, index) => {
    let unique = name;
    while (taken.has(unique)) unique = `${unique}#${index}`;
    taken.add(unique);
    return unique;
  };
}
