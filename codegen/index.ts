/** The compiler as a library: bytes in, bytes out. What runs its results is in `xsnn/boards`. */
export { type Difference, firstDifference, type Observed, type Traceable, traceables } from "./compare.js";
export { type Compiled, compile, compileGraph } from "./compile.js";
export {
  type Assignment,
  applyCentroids,
  type Clustered,
  clusterMeans,
  unclustered,
  withCentroids,
} from "./compress/cluster/assignment.js";
export type { ClusterMethod } from "./compress/cluster/centres.js";
export { type ClusterOptions, clusterWeights } from "./compress/cluster/cluster.js";
export type { Amount } from "./compress/prune/amount.js";
export { type ResidualBlock, residualBlocks, withoutBlocks } from "./compress/prune/blocks.js";
export { type ChannelOptions, pruneChannels } from "./compress/prune/channels.js";
export { type Mask, masked, maskOf, nonZeros, type Pruned, unpruned } from "./compress/prune/mask.js";
export type { PruningMethod } from "./compress/prune/method.js";
export {
  identityMethod,
  l1Method,
  lnChannelsMethod,
  randomChannelsMethod,
  randomMethod,
} from "./compress/prune/methods.js";
export type { Parameter } from "./compress/prune/parameter.js";
export { pruneLanes } from "./compress/prune/patterns/lanes.js";
export { nOfM } from "./compress/prune/patterns/n-of-m.js";
export { type Saving, savings } from "./compress/prune/patterns/savings.js";
export {
  applyMethod,
  customFromMask,
  globalUnstructured,
  identity,
  isPruned,
  l1Unstructured,
  lnStructured,
  randomStructured,
  randomUnstructured,
  remove,
} from "./compress/prune/prune.js";
export {
  amountTowards,
  constantSparsity,
  polynomialDecay,
  type Schedule,
} from "./compress/prune/schedule.js";
export { shrink } from "./compress/prune/shrink/shrink.js";
export type { Sample } from "./compress/quantize/calibrate.js";
export type { Scheme, SchemeName } from "./compress/quantize/formats.js";
export {
  type LayerReport as QuantizedLayer,
  type Quantized,
  type QuantizeOptions,
  quantize,
} from "./compress/quantize/quantize.js";
export type { Budget } from "./compress/search/budget.js";
export {
  type CompressData,
  type Compressed,
  type CompressOptions,
  compress,
} from "./compress/search/compress.js";
export type { Recipe } from "./compress/search/recipe.js";
export type { Step, Tried } from "./compress/search/step.js";
export type { TrainingData, Vary } from "./compress/train/batches.js";
export { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./compress/train/checkpoint.js";
export type { Hint } from "./compress/train/hints.js";
export type { Epoch } from "./compress/train/history.js";
export type { GradualPruning, QuantizationAware, TrainingOptions } from "./compress/train/options.js";
export type { Scores } from "./compress/train/scores.js";
export { type Answers, functionTeacher, modelTeacher, type Teacher } from "./compress/train/teacher.js";
export { type Follower, train } from "./compress/train/train.js";
export type { Trained } from "./compress/train/training.js";
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
