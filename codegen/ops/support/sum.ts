/** What ADD and SUB share: both inputs are brought to one scale with more bits, and the sum to that of the output. */
import { type AddLayer, add, add16 } from "../../../runtime/add.js";
import { type Activated, activationRange } from "../../arithmetic/activation.js";
import type { Node } from "../node.js";
import { type KernelLowering, kernel } from "../operator.js";
import { activationLimits, isWide } from "./activations.js";
import { checkElementwise, elementwiseQuantization, elementwiseWalk } from "./elementwise.js";
import { multiplierBelowOne } from "./factor.js";

/** Three fixed-point scalings an element. */
const WORK = 8;

/** The real factors of both inputs and of the sum, from the scales; ADD and SUB differ in their rounding. */
export interface SumFactors {
  readonly input1: number;
  readonly input2: number;
  readonly output: number;
}

/** @param headroom the bits by which inputs are scaled up */
export type SumFactorsOf = (
  scale1: number,
  scale2: number,
  outputScale: number,
  headroom: number,
) => SumFactors;

/** 28 bits are in use with int8, 30 with int16. */
function headroom(node: Node): number {
  return isWide(node) ? 15 : 20;
}

/** Refuses what does not broadcast and scales of which TFLM's kernels make a factor of 1 or more. */
export function checkSum(node: Node, factorsOf: SumFactorsOf): void {
  checkElementwise(node);
  multipliers(node, factorsOf);
}

export function lowerSum(node: Node<Activated>, factorsOf: SumFactorsOf, subtract: boolean): KernelLowering {
  const { input1, input2, output } = elementwiseQuantization(node);
  const scaling = multipliers(node, factorsOf);
  const { steps, constants } = elementwiseWalk(node, WORK);
  return kernel<AddLayer>(
    { module: "add", kernel: isWide(node) ? add16 : add, layerType: "AddLayer", ...steps },
    {
      ...constants,
      headroom: headroom(node),
      subtract,
      offset1: -input1.zeroPoint,
      multiplier1: scaling.input1.multiplier,
      shift1: -scaling.input1.shift,
      offset2: -input2.zeroPoint,
      multiplier2: scaling.input2.multiplier,
      shift2: -scaling.input2.shift,
      outputMultiplier: scaling.output.multiplier,
      outputShift: -scaling.output.shift,
      outputZeroPoint: output.zeroPoint,
      ...activationRange(node.attributes.activation, output, activationLimits(node)),
    },
  );
}

function multipliers(node: Node, factorsOf: SumFactorsOf) {
  const { input1, input2, output } = elementwiseQuantization(node);
  const factors = factorsOf(input1.scale, input2.scale, output.scale, headroom(node));
  return {
    input1: multiplierBelowOne(node, factors.input1),
    input2: multiplierBelowOne(node, factors.input2),
    output: multiplierBelowOne(node, factors.output),
  };
}
