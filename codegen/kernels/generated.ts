/** Kernels that are written for one layer, with its weights in them. */
import * as integer from "../../runtime/integer.js";
import * as lanes from "../../runtime/lanes.js";
import type { Layer } from "../../runtime/layer.js";
import * as requantize from "../../runtime/requantize.js";

/** The module of one layer. */
export interface KernelSource {
  /** What it imports from modules of `runtime/`, by module; `type` before a name that is a type. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  /**
   * TypeScript without imports: constants and functions. It exports one of them,
   * `kernel(memory: Memory, layer: PlacedLayer, tile: number): void`.
   */
  readonly text: string;
}

/** The modules that generated kernels may import. */
const RUNTIME: Readonly<Record<string, Readonly<Record<string, unknown>>>> = { integer, lanes, requantize };

/**
 * TypeScript to JavaScript, for what generators write: they annotate parameters, results and variables with types of these
 * names and nothing else. A parser takes minutes for megabytes of shifts, where it looks for type arguments.
 */
export function withoutTypes(text: string): string {
  return text.replace(
    /: (?:bigint|number|void|Memory|PlacedLayer|U?[Ii]nt(?:8|32)Array)(?=[,);]| [{=])/g,
    "",
  );
}

/** The kernel itself, to be run here. */
export function evaluateKernel({ imports, text }: KernelSource): Layer["kernel"] {
  const names: string[] = [];
  const values: unknown[] = [];
  for (const [module, imported] of imports)
    for (const name of imported.filter((it) => !it.startsWith("type "))) {
      names.push(name);
      values.push(RUNTIME[module][name]);
    }
  const body = withoutTypes(text).replace(/^export /gm, "");
  return new Function(...names, `"use strict";\n${body}\nreturn kernel;`)(...values) as Layer["kernel"];
}
