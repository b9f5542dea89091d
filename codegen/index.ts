/** The compiler as a library: bytes in, bytes out. What runs its results is in `xsnn/boards`. */
export { type Difference, firstDifference, type Observed, type Traceable, traceables } from "./compare.js";
export { type Compiled, compile, compileGraph } from "./compile.js";
export type { Sample } from "./compress/quantize/calibrate.js";
export type { Scheme, SchemeName } from "./compress/quantize/formats.js";
export {
  type LayerReport as QuantizedLayer,
  type Quantized,
  type QuantizeOptions,
  quantize,
} from "./compress/quantize/quantize.js";
export type { Artifact } from "./emit/artifact.js";
export {
  type LayerReport,
  REPORT_VERSION,
  type Report,
  report,
  type TensorReport,
} from "./emit/report.js";
export type { RuntimeSources } from "./emit/runtime-files.js";
export { exportOnnx } from "./export/onnx/export-onnx.js";
export { exportTflite } from "./export/tflite/export-tflite.js";
export type { DType, Graph, Quantization, Tensor, TensorId, Variable } from "./graph/graph.js";
export type { Op, OpKind } from "./graph/op.js";
export { print } from "./graph/print.js";
export { validate } from "./graph/validate.js";
export { type Companions, companionPaths, importModel } from "./import/import-model.js";
export { type Inspection, inspect } from "./inspect.js";
export { type OperatorRow, operatorMarkdown, operatorTable } from "./ops/table.js";
export type { PlanOptions } from "./plan/options.js";
export { type Plan, plan } from "./plan/plan.js";
export { describe, format } from "./problems/format.js";
export { type Code, type Place, type Problem, Refusal } from "./problems/problem.js";
