import type { OnnxNode } from "./node.js";
import type { Value } from "./value.js";

/** How nodes of one type become operators of the graph. */
export interface Translator {
  /** The first version of ONNX's operators that has it, where it is not the first that is read. */
  readonly since?: number;
  /**
   * `image`: its input is an image or sequence, channels first, whatever came before. `kept`: what is an image stays one.
   */
  readonly layout?: "image" | "kept";
  /** Its elements are those of its first input, in the same type and scale. */
  readonly moves?: true;
  /** It can apply the activation that follows. */
  readonly fuses?: true;
  /** How many of its first inputs must be quantized for it to compute in int8; 1 where not said. */
  readonly operands?: number;
  /** Where nothing says the scale of its output in int8, it is that of its first input. */
  readonly joins?: true;
  /** Its outputs, in order. Those left out at the end nobody may use. */
  translate(node: OnnxNode): Value | readonly Value[];
}
