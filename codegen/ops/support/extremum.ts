/** What MAXIMUM and MINIMUM share. */
import type { ExtremumLayer } from "../../../runtime/extremum.js";
import type { Memory } from "../../../runtime/layer.js";
import { kernel, type NoAttributes, type Operator } from "../operator.js";
import { isWide } from "./activations.js";
import { checkElementwise, elementwise, elementwiseWalk } from "./elementwise.js";

/** What they cost an element, in iterations of a multiply-accumulate. */
const WORK = 2;

type Kernel = (memory: Memory, layer: ExtremumLayer, tile: number) => void;

/** An operator that takes one of two elements, by kernels that compare them as they are: of int8 and of int16. */
export function extremum(kind: string, run: Kernel, runWide: Kernel): Operator<NoAttributes> {
  return {
    ...elementwise,
    kind,
    restrictions: "either operand may be constant; broadcasting; scales are taken to be the same",
    checked: "reference",
    check: checkElementwise,

    lower(node) {
      const { steps, constants } = elementwiseWalk(node, WORK);
      return kernel<ExtremumLayer>(
        { module: "extremum", kernel: isWide(node) ? runWide : run, layerType: "ExtremumLayer", ...steps },
        constants,
      );
    },
  };
}
