/**
 * BigInt constants that several kernels of a model have in common, such as the masks of planes of one size: they move to a
 * module of their own, and lie in flash once.
 */
import type { KernelSource } from "../kernels/generated.js";

/** The expression of each shared constant, by the name under which it is exported. */
export type SharedConstants = ReadonlyMap<string, string>;

/** A constant as generators write it: a number, or calls of `repeated`, on one line. */
const CONSTANT = /^const (\w+) = (\(*(?:repeated\(|-?\d|0x)[^;\n]*);\n/gm;

/** Those that more than one of some kernels declare. */
export function sharedConstants(kernels: readonly KernelSource[]): SharedConstants {
  const counts = new Map<string, number>();
  for (const { text } of kernels)
    for (const expression of new Set([...text.matchAll(CONSTANT)].map(([, , it]) => it)))
      counts.set(expression, (counts.get(expression) ?? 0) + 1);
  const shared = [...counts].filter(([, count]) => count > 1);
  return new Map(shared.map(([expression], i) => [`c${i}`, expression]));
}

/** A kernel's text without the constants that are shared, and what to import instead: `c3 as EVEN`. */
export function withoutShared(
  text: string,
  shared: SharedConstants,
): { readonly text: string; readonly imported: readonly string[] } {
  const names = new Map([...shared].map(([name, expression]) => [expression, name]));
  const imported: string[] = [];
  const rest = text.replace(CONSTANT, (line, name: string, expression: string) => {
    const from = names.get(expression);
    if (from === undefined) return line;
    imported.push(`${from} as ${name}`);
    return "";
  });
  return { text: rest, imported };
}

/** The module of shared constants. */
export function sharedModule(shared: SharedConstants): string {
  const lines = [...shared].map(([name, expression]) => `export const ${name} = ${expression};`);
  const repeats = lines.some((line) => line.includes("repeated("));
  return `// What several layers compute with.
${repeats ? `import { repeated } from "../xsnn/lanes.js";\n` : ""}
${lines.join("\n")}
`;
}
