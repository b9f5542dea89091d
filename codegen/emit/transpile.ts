import { transform } from "sucrase";

/** TypeScript to JavaScript: types are taken out, everything else stays as it was written. */
export function transpile(source: string): string {
  return transform(source, {
    transforms: ["typescript"],
    disableESTransforms: true,
    keepUnusedImports: false,
  }).code;
}
