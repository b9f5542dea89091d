/** plan → what the model's module says of learning: a constant for each step of the backward pass, and one for all of it. */
import type { Plan } from "../plan/plan.js";
import type { PlannedStep } from "../training/backward/backward.js";
import type { TrainingPlan } from "../training/plan-training.js";
import { layerName, stringLiteral } from "./names.js";
import { fill, thousands } from "./text.js";

/** The modules of `runtime/` that learning takes. */
export function trainingModules({ training }: Plan): string[] {
  return training ? ["training/trainable-network", ...training.steps.map(({ module }) => module)] : [];
}

/** What the model's module imports of these, by module. */
export function trainingImports({ training }: Plan): [module: string, names: string[]][] {
  if (!training) return [];
  return [
    ["lanes", ["repeated"]],
    ["training/trainable-network", ["TrainableNetwork"]],
    ["training/training", ["type TrainingPlan"]],
    ...training.steps.map(({ module, kernel, stepType }): [string, string[]] => [
      module,
      [kernel.name, `type ${stepType}`],
    ]),
  ];
}

/** The constants; nothing where nothing is trained. */
export function trainingConstants(plan: Plan): string {
  const { training } = plan;
  if (!training) return "";
  const { steps, weights, biases, parameters, gradientLength, exponents, words, batch, decay, classes } =
    training;
  const names = steps.map((step, i) => stepName(plan, step, i));
  const numbers = { gradientLength, exponents, words, batch, decay, classes };
  return `${laneConstants(training)}
${steps.map((step, i) => stepConstant(names[i], step)).join("\n\n")}

const training: TrainingPlan = Object.freeze({
  steps: Object.freeze([
${fill(names, "    ")}
  ]),
  weights: ${records(weights.map(({ name: _, ...rest }) => ({ ...fieldsOf(rest), all: allOf(rest.columns) })))},
  biases: ${records(biases.map(({ name: _, ...rest }) => fieldsOf(rest)))},
  parameters: Object.freeze([${parameters.join(", ")}]),
${fill(
  Object.entries(numbers).map(([name, value]) => `${name}: ${value}`),
  "  ",
)}
});

`;
}

/** Lanes of all widths that are needed; they lie in flash. */
function laneConstants({ steps, weights }: TrainingPlan): string {
  const widths = new Set([
    ...steps.flatMap(({ lanes = [] }) => lanes),
    ...weights.map(({ columns }) => columns),
  ]);
  return [...widths]
    .sort((a, b) => a - b)
    .map((width) => `const LANES_${width} = repeated(1n, 32n, ${width});\n`)
    .join("");
}

function allOf(lanes: number): string {
  return `() => LANES_${lanes}`;
}

/** A step's name, as `fullyConnected_6_weightsGradient`; a number is added where a layer has several of a kind. */
function stepName({ graph, training }: Plan, { op, kernel }: PlannedStep, index: number): string {
  const isKnown = training!.steps.slice(0, index).some((it) => it.op === op && it.kernel === kernel);
  return `${layerName(graph.ops[op].kind, op)}_${kernel.name}${isKnown ? index : ""}`;
}

function stepConstant(
  constant: string,
  { name, kernel, stepType, parameters, lanes, instructions }: PlannedStep,
): string {
  const fields = [
    `kernel: ${kernel.name}`,
    ...Object.entries(parameters).map(([field, value]) => `${field}: ${value}`),
    ...(lanes === undefined ? [] : [`all: ${allOf(lanes)}`]),
  ];
  return `// At most ${thousands(Math.round(instructions))} instructions, predicted.
const ${constant}: ${stepType} = Object.freeze({
  name: ${stringLiteral(name)},
${fill(fields, "  ")}
});`;
}

function fieldsOf(record: object): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, `${value}`]));
}

function records(items: readonly Readonly<Record<string, string>>[]): string {
  if (items.length === 0) return "Object.freeze([])";
  const texts = items.map(
    (item) =>
      `    Object.freeze({ ${Object.entries(item)
        .map(([name, value]) => `${name}: ${value}`)
        .join(", ")} }),`,
  );
  return `Object.freeze([\n${texts.join("\n")}\n  ])`;
}
