/** plan → the TypeScript module of the model: a constant for each layer in the order of computation, and a class. */
import type { TensorInfo } from "../../runtime/tensor.js";
import type { Tensor } from "../graph/graph.js";
import type { Located } from "../ops/place.js";
import type { Plan, PlannedLayer } from "../plan/plan.js";
import { className, commentText, layerName, stringLiteral } from "./names.js";
import { hashWords, structureOf } from "./structure.js";
import { fill, thousands } from "./text.js";
import { trainingConstants, trainingImports } from "./training.js";

/** Element array of each type that a model input or output may have. */
const ARRAYS: Readonly<Record<TensorInfo["dtype"], string>> = {
  int8: "Int8Array",
  uint8: "Uint8Array",
  int16: "Int16Array",
  int32: "Int32Array",
  float32: "Float32Array",
};

/** The source of the model's module; `module` is its name. */
export function modelModule(plan: Plan, module: string): string {
  return `${header(plan)}
${imports(plan, module)}

${plan.layers.map((layer) => layerConstant(plan, layer)).join("\n\n")}

const plan: Plan = Object.freeze({
  layers: Object.freeze([
${fill(
  plan.layers.map((layer) => constantName(layer)),
  "    ",
)}
  ]),
  inputs: ${recordList(plan.inputs)},
  outputs: ${recordList(plan.outputs)},
  variables: ${recordList(plan.variables)},
  arenaBytes: ${plan.arena.bytes},
  weightsBytes: ${plan.weights.length},
  hasInt16: ${plan.hasInt16},
});

${hotConstant(plan)}${trainingConstants(plan)}${plan.isUpdatable ? structureText(plan) : ""}${classText(plan, module)}`;
}

/** The typings of that module. */
export function modelTypings(plan: Plan, module: string): string {
  const structure = `/** What a model store must know of this code: SHA-256 of what is baked in, and bytes of weights.bin. */
export const structure: { readonly hash: readonly number[]; readonly weightsBytes: number };

`;
  const base = plan.training
    ? `import type { Weights } from "./xsnn/network.js";
import { TrainableNetwork } from "./xsnn/training/trainable-network.js";`
    : `import { Network, type Weights } from "./xsnn/network.js";`;
  return `${base}

${plan.isUpdatable ? structure : ""}${classDoc(plan)}
export default class ${className(module)} extends ${baseClass(plan)}<${edgeArrays(plan)}> {
  /** @param weights others of the same structure than those in the manifest's data */
  constructor(weights?: Weights);
}
`;
}

function header(plan: Plan): string {
  const steps = plan.layers.reduce((sum, layer) => sum + layer.tiles, 0);
  return `// ${commentText(plan.graph.name)}, compiled by xsnn. Do not edit: compile the model again.
//
// ${plan.layers.length} layers in ${thousands(steps)} steps, ${thousands(plan.macs)} MACs.
// Arena ${thousands(plan.arena.bytes)} bytes, weights.bin ${thousands(plan.weights.length)} bytes.
// Offsets of activations count from the start of the arena, those of constants from the start of weights.bin,
// both in elements of the type that the kernel reads.`;
}

function imports(plan: Plan, module: string): string {
  const byModule = new Map<string, Set<string>>();
  const add = (from: string, ...names: string[]) =>
    byModule.set(from, new Set([...(byModule.get(from) ?? []), ...names]));
  for (const { code } of plan.layers)
    if ("source" in code) add("layer", "type PlacedLayer");
    else add(code.module, `type ${code.layerType}`, code.kernel.name);
  add("network", ...(plan.training ? [] : ["Network"]), "type Plan", "type Weights");
  if (isHot(plan)) add("hot", "hot", ...(plan.training ? [] : ["keepHot"]));
  for (const [module, names] of trainingImports(plan)) add(module, ...names);
  add("weights", "mapWeights");
  const own = generatedLayers(plan).map(
    (layer) =>
      `import { kernel as ${kernelName(plan, layer)} } from "./${module}/${constantName(layer)}.js";`,
  );
  const runtime = [...byModule]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([from, names]) => `import { ${sortNames(names).join(", ")} } from "./xsnn/${from}.js";`);
  return [...own, ...runtime].join("\n");
}

function sortNames(names: Set<string>): string[] {
  const bare = (name: string) => name.replace(/^type /, "");
  return [...names].sort((a, b) => (bare(a) < bare(b) ? -1 : 1));
}

/** Those with a generated kernel, the first one of each that several layers have. */
export function generatedLayers({ layers }: Plan): PlannedLayer[] {
  const texts = new Set<string>();
  return layers.filter(({ code }) => {
    const isFirst = "source" in code && !texts.has(code.source.text);
    if (isFirst) texts.add(code.source.text);
    return isFirst;
  });
}

/** A layer's constant, e.g. `conv2d_3`; a generated kernel's module is called after the first layer that has it. */
export function constantName({ ops, opIndexes }: PlannedLayer): string {
  return layerName(ops[0].kind, opIndexes[0]);
}

function kernelName(plan: Plan, { code }: PlannedLayer): string {
  if (!("source" in code)) return code.kernel.name;
  const { text } = code.source;
  const first = generatedLayers(plan).find((it) => "source" in it.code && it.code.source.text === text)!;
  return `${constantName(first)}_kernel`;
}

/** The kernel of a layer's constant: one for weights in RAM is made of the other. */
function kernelText(plan: Plan, layer: PlannedLayer): string {
  const name = kernelName(plan, layer);
  return layer.isHot ? `hot(${name})` : name;
}

function isHot({ hot }: Plan): boolean {
  return hot !== undefined && hot.bytes > 0;
}

/** What the constructor copies to RAM. */
function hotConstant(plan: Plan): string {
  if (!plan.hot || !(isHot(plan) || plan.training)) return "";
  const { bytes, parts } = plan.hot;
  return `const hotWeights = Object.freeze({ bytes: ${bytes}, parts: ${recordList(parts)} });\n\n`;
}

function layerConstant(plan: Plan, layer: PlannedLayer): string {
  const { ops, code, tiles } = layer;
  const fields = [
    `kernel: ${kernelText(plan, layer)}`,
    `tiles: ${tiles}`,
    ...Object.entries(layer.parameters).map(([name, value]) => `${name}: ${literal(value)}`),
  ];
  return `${layerComment(plan, layer)}
const ${constantName(layer)}: ${"source" in code ? "PlacedLayer" : code.layerType} = Object.freeze({
  name: ${stringLiteral(ops[ops.length - 1].name)},
${fill(fields, "  ")}
});`;
}

/** What a layer computes and how, as a comment. */
export function layerComment(plan: Plan, layer: PlannedLayer): string {
  const titles = layer.ops.map(
    ({ kind, name }, i) => `// ${layer.opIndexes[i]}: ${kind} ${commentText(name)}`,
  );
  return [...titles, `// ${layerSummary(plan, layer)}`].join("\n");
}

/** Shapes, MACs, bytes and form of a layer, on one line. */
function layerSummary({ graph }: Plan, layer: PlannedLayer): string {
  const computed = (id: number | null): id is number => id !== null && !graph.tensors[id].data;
  const { ops } = layer;
  const inside = ops.slice(0, -1).flatMap(({ outputs }) => outputs);
  const from = ops
    .flatMap(({ inputs }) => inputs)
    .filter((id): id is number => computed(id) && !inside.includes(id))
    .map((id) => typeText(graph.tensors[id]));
  const to = ops[ops.length - 1].outputs.map((id) => typeText(graph.tensors[id]));
  const facts = [`${from.join(", ")} → ${to.join(", ") || "state"}`];
  if (layer.macs) facts.push(`${thousands(layer.macs)} MACs`);
  if (layer.constantBytes) facts.push(`${thousands(layer.constantBytes)} bytes of constants`);
  if (layer.isHot) facts.push("hot");
  facts.push(`${layer.form} in ${layer.tiles === 1 ? "1 step" : `${layer.tiles} steps`}`);
  return facts.join("; ");
}

function typeText({ dtype, shape }: Tensor): string {
  return `${dtype}[${shape.join(", ")}]`;
}

export function literal(value: Located | string): string {
  if (typeof value === "string") return stringLiteral(value);
  return Array.isArray(value) ? `Object.freeze([${value.join(", ")}])` : `${value}`;
}

/** Objects of plain values and number lists as a frozen list. */
export function recordList(records: readonly object[]): string {
  if (records.length === 0) return "Object.freeze([])";
  const texts = records.map((record) => {
    const fields = Object.entries(record).map(([name, value]) => `      ${name}: ${literal(value)},`);
    return `    Object.freeze({\n${fields.join("\n")}\n    }),`;
  });
  return `Object.freeze([\n${texts.join("\n")}\n  ])`;
}

function edgeArrays({ inputs, outputs }: Plan): string {
  return `${ARRAYS[inputs[0].dtype]}, ${ARRAYS[outputs[0].dtype]}`;
}

function classDoc({ graph }: Plan): string {
  const line = (role: string, ids: readonly number[]) =>
    ids.map((id) =>
      ` * ${role} ${commentText(graph.tensors[id].name)}: ${typeText(graph.tensors[id])}`.replaceAll(
        "*/",
        "* /",
      ),
    );
  return ["/**", ...line("Input", graph.inputs), ...line("Output", graph.outputs), " */"].join("\n");
}

/** What updates are held against. */
function structureText(plan: Plan): string {
  const { hash } = structureOf(plan);
  return `/** SHA-256 of all that is baked into this code, ${hash}, and bytes of weights.bin. */
export const structure = Object.freeze({
  hash: Object.freeze([
${fill(hashWords(hash).map(String), "    ")}
  ]),
  weightsBytes: ${plan.weights.length},
});

`;
}

function baseClass({ training }: Plan): string {
  return training ? "TrainableNetwork" : "Network";
}

function classText(plan: Plan, module: string): string {
  const [copies, keep] =
    isHot(plan) && !plan.training
      ? [", copies what is hot", "\n    keepHot(this.memory, hotWeights);"]
      : plan.training
        ? [", copies what is trained", ""]
        : ["", ""];
  return `${classDoc(plan)}
export default class ${className(module)} extends ${baseClass(plan)}<${edgeArrays(plan)}> {
  /** Maps the weights${copies} and allocates the arena. */
  constructor(weights: Weights = mapWeights("${module}-weights.bin")) {
    super(plan, weights${plan.training ? ", hotWeights, training" : ""});${keep}
  }
}
`;
}
