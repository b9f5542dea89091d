/**
 * What of a model is baked into its code: everything but the bytes of `weights.bin`. Models of one structure exchange these, so
 * a model store compares its hash.
 */
import { createHash } from "node:crypto";
import type { Plan, PlannedLayer } from "../plan/plan.js";
import { quote } from "../problems/quote.js";

export interface Structure {
  /** SHA-256 over the digests of all parts, in hexadecimal. */
  readonly hash: string;
  /** For tools that say what differs: each part by what it is, and the beginning of its digest. */
  readonly parts: readonly StructurePart[];
}

export interface StructurePart {
  readonly what: string;
  readonly digest: string;
}

/** Names are no part of it: only what a board computes with. */
export function structureOf(plan: Plan): Structure {
  const edge = ({ shape, dtype, scale, zeroPoint, offset }: Plan["inputs"][number]) => {
    return { shape, dtype, scale, zeroPoint, offset };
  };
  const parts: readonly [what: string, value: unknown][] = [
    ...plan.layers.map((layer): [string, unknown] => [layerTitle(layer), layerValue(layer)]),
    ["inputs", plan.inputs.map(edge)],
    ["outputs", plan.outputs.map(edge)],
    ["variables", plan.variables.map(({ offset, length, initial }) => ({ offset, length, initial }))],
    ["arena", { bytes: plan.arena.bytes, planes: plan.planes, hasInt16: plan.hasInt16 }],
    [
      "sections of weights.bin",
      { bytes: plan.weights.length, sections: plan.sections.map(({ offset, length }) => [offset, length]) },
    ],
  ];
  const digests = parts.map(([what, value]) => ({ what, digest: sha256(JSON.stringify(value)) }));
  return {
    hash: sha256(digests.map(({ digest }) => digest).join()),
    parts: digests.map(({ what, digest }) => ({ what, digest: digest.slice(0, 16) })),
  };
}

function layerTitle({ ops, opIndexes }: PlannedLayer): string {
  const kinds = ops.map(({ kind }) => kind).join(" + ");
  return `layer ${opIndexes[0]}, ${kinds} ${quote(ops[ops.length - 1].name)}`;
}

function layerValue({ code, tiles, parameters }: PlannedLayer): unknown {
  const kernel =
    "source" in code
      ? { imports: [...code.source.imports], text: code.source.text }
      : { module: code.module, name: code.kernel.name };
  return { kernel, tiles, parameters: Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)) };
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A hash as the eight words that a header of `runtime/store/` has, and a generated module. */
export function hashWords(hash: string): number[] {
  const bytes = Buffer.from(hash, "hex");
  return Array.from({ length: 8 }, (_, i) => bytes.readInt32LE(4 * i));
}
