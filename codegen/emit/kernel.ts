/** plan → the module of a kernel that was written for one layer. */
import { type KernelSource, withoutTypes } from "../kernels/generated.js";
import type { Plan, PlannedLayer } from "../plan/plan.js";
import { layerComment } from "./module.js";

/** A generated kernel's module, in TypeScript and in JavaScript. */
export function kernelModule(
  plan: Plan,
  layer: PlannedLayer,
  { imports, text }: KernelSource,
): { readonly ts: string; readonly js: string } {
  const importing = (wanted: (name: string) => boolean) =>
    [...imports].flatMap(([module, names]) => {
      const list = names.filter(wanted);
      return list.length > 0 ? `import { ${list.join(", ")} } from "../xsnn/${module}.js";` : [];
    });
  const around = (lines: readonly string[], body: string) =>
    `${layerComment(plan, layer)}\n${lines.join("\n")}\n\n${body}`;
  return {
    ts: around(
      importing(() => true),
      text,
    ),
    js: around(
      importing((name) => !name.startsWith("type ")),
      withoutTypes(text),
    ),
  };
}
