import type { Builder, Offset } from "flatbuffers";
import type { Graph } from "../../graph/graph.js";
import type { Op, OpKind } from "../../graph/op.js";
import {
  BUILTIN_OPERATORS,
  PLACEHOLDER_FOR_GREATER_OP_CODES,
} from "../../import/tflite/builtin-operators.js";
import { type Fields, int32Vector } from "../../import/tflite/fields.js";
import { formats } from "../../import/tflite/operators.js";
import * as schema from "../../import/tflite/schema.js";

/** The operator codes of a file, one a kind and version, written as they are first used. */
export class OperatorCodes {
  readonly offsets: Offset[] = [];
  private readonly known = new Map<string, number>();

  constructor(private readonly builder: Builder) {}

  index(kind: OpKind, version: number): number {
    const key = `${kind} ${version}`;
    const index = this.known.get(key) ?? this.write(kind, version);
    this.known.set(key, index);
    return index;
  }

  private write(kind: OpKind, version: number): number {
    const { builder } = this;
    const code = BUILTIN_OPERATORS.indexOf(kind);
    builder.startObject(4);
    builder.addFieldInt8(
      schema.OperatorCode.deprecatedBuiltinCode,
      Math.min(code, PLACEHOLDER_FOR_GREATER_OP_CODES),
      0,
    );
    builder.addFieldInt32(schema.OperatorCode.version, version, 1);
    builder.addFieldInt32(schema.OperatorCode.builtinCode, code, 0);
    return this.offsets.push(builder.endObject()) - 1;
  }
}

/** Writes an operator; `code` is the index of its code. */
export function writeOperator(builder: Builder, op: Op, { variables }: Graph, code: number): Offset {
  const inputs = int32Vector(
    builder,
    op.inputs.map((id) => id ?? -1),
  );
  const outputs = int32Vector(builder, op.outputs);
  const { type, table } = writeOptions(builder, op, variables);
  builder.startObject(5);
  builder.addFieldInt32(schema.Operator.opcodeIndex, code, 0);
  builder.addFieldOffset(schema.Operator.inputs, inputs, 0);
  builder.addFieldOffset(schema.Operator.outputs, outputs, 0);
  builder.addFieldInt8(schema.Operator.builtinOptionsType, type, 0);
  builder.addFieldOffset(schema.Operator.builtinOptions, table, 0);
  return builder.endObject();
}

interface Options {
  /** Number in the union BuiltinOptions; 0 for none. */
  readonly type: number;
  readonly table: Offset;
}

function writeOptions(builder: Builder, op: Op, variables: Graph["variables"]): Options {
  switch (op.kind) {
    case "CALL_ONCE":
      builder.startObject(1);
      builder.addFieldInt32(schema.CallOnceOptions.initSubgraphIndex, 1, 0);
      return { type: schema.CallOnceOptions.type, table: builder.endObject() };
    case "VAR_HANDLE": {
      const name = builder.createString(variables[op.attributes.variable].name);
      builder.startObject(2);
      builder.addFieldOffset(schema.VarHandleOptions.sharedName, name, 0);
      return { type: schema.VarHandleOptions.type, table: builder.endObject() };
    }
    case "READ_VARIABLE":
    case "ASSIGN_VARIABLE":
      return { type: 0, table: 0 };
    default: {
      const { options, fields } = formats[op.kind];
      if (options === 0) return { type: 0, table: 0 };
      // The union of kinds and the union of their fields belong together member by member.
      return { type: options, table: writeFields(builder, fields as Fields<object>, op.attributes) };
    }
  }
}

function writeFields<A extends object>(builder: Builder, fields: Fields<A>, attributes: A): Offset {
  // A pass before planning gives windows padding of their own, which files cannot say.
  const unknown = Object.keys(attributes).find((attribute) => !(attribute in fields));
  if (unknown) throw new Error(`attribute ${unknown} has no field`);
  const writers: (() => void)[] = [];
  for (const attribute in fields) writers.push(fields[attribute].write(builder, attributes[attribute]));
  builder.startObject(schema.MAX_OPTION_FIELDS);
  for (const write of writers) write();
  return builder.endObject();
}
