/** plan → the module of a kernel that was written for one layer. */
import { type KernelSource, withoutTypes } from "../kernels/generated.js";
import type { Plan, PlannedLayer } from "../plan/plan.js";
import { layerComment } from "./module.js";
import { type SharedConstants, withoutShared } from "./shared-constants.js";

/** A generated kernel's module, in TypeScript and in JavaScript. */
export function kernelModule(
  plan: Plan,
  layer: PlannedLayer,
  { imports, text: whole }: KernelSource,
  shared: SharedConstants,
): { readonly ts: string; readonly js: string } {
  const { text, imported } = withoutShared(whole, shared);
  const constants = imported.length > 0 ? [`import { ${imported.join(", ")} } from "./constants.js";`] : [];
  const importing = (wanted: (name: string) => boolean) =>
    [...imports].flatMap(([module, names]) => {
      const list = names.filter((name) => wanted(name) && isUsed(text, name));
      return list.length > 0 ? `import { ${list.join(", ")} } from "../xsnn/${module}.js";` : [];
    });
  const around = (lines: readonly string[], body: string) =>
    `${layerComment(plan, layer)}\n${[...lines, ...constants].join("\n")}\n\n${body.trimStart()}`;
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

function isUsed(text: string, name: string): boolean {
  return new RegExp(`\\b${name.replace(/^type /, "")}\\b`).test(text);
}
