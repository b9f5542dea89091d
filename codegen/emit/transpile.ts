import { transform } from "sucrase";

/** TypeScript to JavaScript: types are taken out, everything else stays as it was written. */
export function transpile(source: string): string {
  const { code } = transform(source, { transforms: ["typescript"], disableESTransforms: true });
  return code.replace(/^(import \{[^}]*[^,}\s]),\s*\}/gm, "$1 }"); // what a `type` name leaves at the end of a list
}
