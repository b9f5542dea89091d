import type { AttributesOf } from "../../graph/op.js";
import { opPlace, type Place, refuse } from "../../problems/problem.js";
import type { Fields } from "./fields.js";
import { type Format, formats, type PlainKind } from "./operators.js";
import type { FileOperator } from "./subgraph.js";
import type { VerifiedTable } from "./verified-table.js";

/**
 * The attributes of an operator, from its options. Without options the schema's defaults hold.
 *
 * @throws Refusal `options-type`, `attribute-not-positive`, `attribute-unknown`
 */
export function readAttributes<K extends PlainKind>(kind: K, operator: FileOperator): AttributesOf<K> {
  const { options: type, fields }: Format<AttributesOf<K>> = formats[kind];
  return readFields(fields, optionsOf(operator, type), opPlace(operator));
}

/** An operator's options table, of the given number in the union; operators that have none may carry any. */
export function optionsOf(operator: FileOperator, expected: number): VerifiedTable | undefined {
  const { optionsType: found, options } = operator;
  if (expected === 0 || found === 0) return undefined;
  if (found !== expected) refuse("options-type", { found, expected }, opPlace(operator));
  return options;
}

function readFields<A>(fields: Fields<A>, options: VerifiedTable | undefined, place: Place): A {
  const attributes: Partial<A> = {};
  for (const attribute in fields) {
    const value = fields[attribute].read(options, attribute, place);
    if (value !== undefined) attributes[attribute] = value;
  }
  return attributes as A;
}
