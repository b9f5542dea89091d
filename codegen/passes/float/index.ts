/** float graph → float graph, meaning unchanged. */
import { validateFloat } from "../../float/validate.js";
import type { Graph } from "../../graph/graph.js";
import { foldConstants } from "../fold-constants.js";
import { removeDead } from "../remove-dead.js";
import { dequantizeConstants } from "./dequantize-constants.js";
import { divideByConstant } from "./division.js";
import { foldAffineAfter } from "./fold-affine-after.js";
import { foldAffineBefore } from "./fold-affine-before.js";
import { floatConstantOutputs } from "./fold-constants.js";
import { fuseClamp } from "./fuse-clamp.js";
import { fusePad } from "./fuse-pad.js";
import { removeIdentity } from "./identity.js";
import { joinAffine } from "./join-affine.js";
import { mergeReshapes } from "./reshapes.js";
import { rewrite } from "./rewrite.js";
import { foldIntoDense } from "./transposes/dense.js";
import { raiseThroughReshape, sinkThroughReshape } from "./transposes/reshape.js";
import { simplifyTranspose } from "./transposes/simplify.js";
import { sinkTranspose } from "./transposes/sink.js";

const RULES = [
  removeIdentity,
  mergeReshapes,
  simplifyTranspose,
  sinkTranspose,
  sinkThroughReshape,
  raiseThroughReshape,
  foldIntoDense,
  divideByConstant,
  fuseClamp,
  foldAffineAfter,
  foldAffineBefore,
  fusePad,
];

/** Of what the others leave. */
const LAST_RULES = [joinAffine, foldAffineAfter];

/**
 * Every pass, in order: what executes and quantizes float models is given their result.
 *
 * @param graph a float graph, sound in its tensors, wiring and order; one whose operators are refused comes back with its
 *   constants folded only, for validation to say why
 * @returns the same model inputs and outputs, in the same shapes, equal to float rounding
 */
export function runFloatPasses(graph: Graph): Graph {
  const folded = removeDead(foldConstants(dequantizeConstants(graph), floatConstantOutputs));
  return validateFloat(folded).length > 0 ? folded : rewrite(rewrite(folded, RULES), LAST_RULES);
}
