/** Names for what is generated, safe whatever the model calls things. */

/** Module specifiers that a generated manifest uses for the runtime. */
const TAKEN = ["xsnn", "resource", "moddable", "main"];

/** A module and folder name from a file name: lower case letters, digits and dashes, e.g. `person-detect`. */
export function moduleName(fileName: string): string {
  const base = fileName.replace(/^.*[/\\]/, "").replace(/\.(tflite|onnx)$/i, "");
  const name = base
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 60);
  return /^[a-z]/.test(name) && !TAKEN.includes(name) ? name : `model-${name}`.replace(/-$/, "");
}

/** A class name from a module name, e.g. `PersonDetect`. */
export function className(module: string): string {
  return module.replace(/(^|-)([a-z0-9])/g, (_, _dash, letter: string) => letter.toUpperCase());
}

/** A constant's name for the operator at `index`, e.g. `conv2d_3` for a CONV_2D. */
export function layerName(kind: string, index: number): string {
  const name = kind.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return `${name}_${index}`;
}

/** A name from a model as text for a comment: printable ASCII, letters and digits; anything else becomes `?`. */
export function commentText(name: string): string {
  return name.replace(/[^\x20-\x7e\p{L}\p{N}]/gu, "?").slice(0, 200);
}

/** A name from a model as a string literal of printable ASCII. */
export function stringLiteral(name: string): string {
  return JSON.stringify(name).replace(
    /[^\x20-\x7e]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
