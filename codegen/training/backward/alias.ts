import type { BackwardRule } from "./backward.js";
import { copySteps } from "./copy.js";

/**
 * What only changes a shape: its input's gradient lies where its output's does, unless users of the input that come later in the model have
 * made one. Then it is added to that.
 */
export const alias: BackwardRule = {
  kept: () => [],
  steps: (context) => {
    const { node, gradientOf } = context;
    const isShared = gradientOf(node.inputId(0))?.exponent === gradientOf(node.outputId())!.exponent;
    return isShared ? [] : copySteps(context, node.inputId(0));
  },
};
