/** Piecewise linear functions of integers that are no bytes, element by element. */
import { type RescaleLayer, rescale } from "../../../runtime/rescale.js";
import type { IntegerRange } from "../../arithmetic/integer-ranges.js";
import type { Multiplier } from "../../arithmetic/multiplier.js";
import { DTYPE_BYTES, elements } from "../../graph/graph.js";
import type { Node } from "../node.js";
import { type KernelLowering, kernel, tensor } from "../operator.js";
import { cut } from "./tiles.js";

/** A fixed-point scaling an element. */
const WORK = 4;

/** A function of q, of its distance x to the input's zero point: q' = clamp(factor · x + zero point). */
export interface Rescaling {
  readonly inputZeroPoint: number;
  readonly factor: Multiplier;
  /** The factor's magnitude below the zero point, and whether it is negative there; the same factor where not given. */
  readonly below?: Multiplier & { readonly isNegative: boolean };
  readonly outputZeroPoint: number;
  readonly range: IntegerRange;
}

/** Input 0 and output 0 are signed. */
export function lowerRescale(node: Node, rescaling: Rescaling): KernelLowering {
  const { factor, below = { ...factor, isNegative: false }, range } = rescaling;
  const count = elements(node.output().shape);
  const { perTile, tiles, work } = cut(count, WORK);
  const inputBytes = DTYPE_BYTES[node.input(0).dtype] as 1 | 2 | 4;
  const outputBytes = DTYPE_BYTES[node.output().dtype] as 1 | 2 | 4;
  return kernel<RescaleLayer>(
    { module: "rescale", kernel: rescale, layerType: "RescaleLayer", tiles, work },
    {
      input: tensor(node.inputId(0), inputBytes),
      inputBytes,
      output: tensor(node.outputId(), outputBytes),
      outputBytes,
      elements: count,
      elementsPerTile: perTile,
      inputZeroPoint: rescaling.inputZeroPoint,
      ...factor,
      multiplierBelow: below.multiplier,
      shiftBelow: below.shift,
      signBelow: below.isNegative ? -1 : 1,
      outputZeroPoint: rescaling.outputZeroPoint,
      ...range,
    },
  );
}
