/** plan → the TypeScript module of a kernel that was written for one layer. */
import type { KernelSource } from "../kernels/generated.js";
import type { Plan, PlannedLayer } from "../plan/plan.js";
import { layerComment } from "./module.js";

/** The source of a generated kernel's module. */
export function kernelModule(plan: Plan, layer: PlannedLayer, { imports, text }: KernelSource): string {
  const lines = [...imports].map(
    ([module, names]) => `import { ${names.join(", ")} } from "../xsnn/${module}.js";`,
  );
  return `${layerComment(plan, layer)}
${lines.join("\n")}

${text}`;
}
