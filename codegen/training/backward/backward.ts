/** What a backward pass is to the compiler: one rule for each kind of operator, which `index.ts` lists. */
import type { BackwardStep, GradientPlace, Training } from "../../../runtime/training/training.js";
import type { Graph, TensorId } from "../../graph/graph.js";
import type { Node } from "../../ops/node.js";
import type { Located } from "../../ops/place.js";
import type { TrainedLayer, TrainOptions } from "../options.js";
import type { Parameters } from "../parameters.js";

/** One step of a backward pass, placed. */
export interface PlannedStep {
  /** Name and position of its operator. */
  readonly name: string;
  readonly op: number;
  /** Module in `runtime/`, what it exports: the kernel, and the interface of its constants by name. */
  readonly module: string;
  readonly kernel: BackwardStep["kernel"];
  readonly stepType: string;
  readonly parameters: Readonly<Record<string, number | boolean>>;
  /** Lanes of the step's `all()`, if it has one. */
  readonly lanes?: number;
  /** Of `Training.words`. */
  readonly words: number;
  /** Predicted, at most: gradients that are zero take less. */
  readonly instructions: number;
}

/** What a rule is given. */
export interface BackwardContext {
  readonly node: Node;
  readonly op: number;
  readonly options: TrainOptions;
  /** What of it is trained, if anything. */
  readonly trained: TrainedLayer | undefined;
  /** Constants of the forward layer, such as where its weights are. */
  readonly layer: Readonly<Record<string, Located>>;
  readonly parameters: Parameters;
  /** Byte offset in the arena. */
  offsetOf(id: TensorId): number;
  /** Where the gradient of a tensor is; undefined where it needs none. */
  gradientOf(id: TensorId): GradientPlace | undefined;
  /** As constants of a step that makes it: `adds` for all but the first that is asked for. */
  targetOf(id: TensorId): {
    readonly to: number;
    readonly toExponent: number;
    readonly toLength: number;
    readonly adds: boolean;
  };
  /** Puts words in `weights.bin`. @returns their place in `weights32` */
  words(name: string, values: readonly number[]): number;
}

export interface BackwardRule {
  /** @throws Refusal where gradients do not flow through this operator */
  kept(graph: Graph, index: number, isTrained: boolean): readonly TensorId[];
  /** Its steps, in the order in which they run: what is trained first, then gradients of inputs. */
  steps(context: BackwardContext): readonly PlannedStep[];
}

/** Makes a PlannedStep whose parameters are checked against the kernel's interface. */
export function step<S extends BackwardStep>(
  { op, node }: Pick<BackwardContext, "op" | "node">,
  call: Pick<PlannedStep, "module" | "stepType" | "instructions"> & {
    readonly kernel: (training: Training, step: S) => void;
    readonly words?: number;
    readonly lanes?: number;
  },
  parameters: Omit<S, "all" | keyof BackwardStep>,
): PlannedStep {
  return {
    name: node.op.name,
    op,
    words: 0,
    ...call,
    kernel: call.kernel as BackwardStep["kernel"],
    parameters: parameters as Readonly<Record<string, number | boolean>>,
  };
}
