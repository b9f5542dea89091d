import { DTYPE_BYTES, type DType, elements, type Quantization, type Tensor } from "../../graph/graph.js";
import { isQuantizable } from "../../graph/tensors.js";
import { tryEach } from "../../problems/collector.js";
import { type Place, refuse, tensorPlace } from "../../problems/problem.js";
import { fromFloat16 } from "../float16.js";
import { unpackInt4 } from "./int4.js";
import type { Model } from "./model.js";
import { safeName } from "./names.js";
import * as schema from "./schema.js";
import type { VerifiedTable } from "./verified-table.js";

/**
 * The tensors of a subgraph. Their `shape` counts: that `shape_signature` leaves a dimension open (−1) is normal.
 *
 * @throws Refusal with everything that is wrong with how the file describes them
 */
export function readTensors(model: Model, tables: readonly VerifiedTable[]): Tensor[] {
  return tryEach(tables, (table, id) => readTensor(model, table, id));
}

function readTensor(model: Model, table: VerifiedTable, id: number): Tensor {
  const name = safeName(table.string(schema.Tensor.name) ?? "");
  const place = tensorPlace(id, { name });
  const type = typeName(table);
  if (table.table(schema.Tensor.sparsity)) refuse("tensor-sparse", {}, place);
  if (table.uint32(schema.Tensor.externalBuffer) !== 0) refuse("tensor-external", {}, place);
  const shape = table.int32s(schema.Tensor.shape) ?? [];
  const quantization = readQuantization(table, shape.length, place);
  const data = model.buffer(table.uint32(schema.Tensor.buffer), place);
  if (data && table.bool(schema.Tensor.isVariable)) refuse("variable-tensor-data", {}, place);
  // Half precision is how constants are stored: what computes is float32, behind a DEQUANTIZE.
  if (data && type === "float16")
    return { name, shape, dtype: "float32", data: new Uint8Array(fromFloat16(data).buffer) };
  if (data && type === "int4")
    return {
      name,
      shape,
      dtype: "int8",
      ...(quantization && { quantization }),
      data: unpackInt4(data, elements(shape)),
    };
  const dtype = type in DTYPE_BYTES ? (type as DType) : refuse("tensor-type", { type }, place);
  return {
    name,
    shape,
    dtype,
    ...(quantization && isQuantizable(dtype) && { quantization }),
    ...(data && { data }),
  };
}

/** The ids of tensors that are state of the operators that have them as an input. */
export function readVariableIds(tables: readonly VerifiedTable[]): ReadonlySet<number> {
  return new Set([...tables.keys()].filter((id) => tables[id].bool(schema.Tensor.isVariable)));
}

function typeName(table: VerifiedTable): string {
  const code = table.int8(schema.Tensor.type);
  return schema.TENSOR_TYPES[code] ?? `type ${code}`;
}

/** Scale and zero point; undefined for tensors that have neither, among them those with a range (min, max) only. */
function readQuantization(tensor: VerifiedTable, rank: number, place: Place): Quantization | undefined {
  const table = tensor.table(schema.Tensor.quantization);
  if (!table) return undefined;
  if (table.uint8(schema.QuantizationParameters.detailsType) !== 0) refuse("quantization-details", {}, place);
  const scales = table.float32s(schema.QuantizationParameters.scale) ?? [];
  const zeroPoints = table.int64s(schema.QuantizationParameters.zeroPoint) ?? [];
  if (scales.length === 0 && zeroPoints.length === 0) return undefined;
  // Older converters give a bias the axis of its weights, though it has one dimension only.
  const perChannel = scales.length > 1 && rank > 1;
  const axis = perChannel ? table.int32(schema.QuantizationParameters.quantizedDimension) : 0;
  return { scales, zeroPoints, axis };
}
