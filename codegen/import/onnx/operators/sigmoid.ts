import type { Translator } from "../translator.js";
import { fixedRange } from "./fixed-range.js";

/** LOGISTIC and TANH. */
export function saturating(kind: "LOGISTIC" | "TANH"): Translator {
  return {
    layout: "kept",

    translate(node) {
      const value = node.input(0);
      const layout = node.commonLayout([value]);
      const input = node.tensor(node.stored(value), layout);
      return node.result(fixedRange(node, kind, {}, input), value.shape, layout);
    },
  };
}
