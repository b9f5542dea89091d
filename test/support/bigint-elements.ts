/**
 * BigInts that are elements of arrays in preloaded modules. Moddable's linker (8.2.3) writes constants down for flash, and makes no room for
 * these: they are cut off without a word.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import type { Artifact } from "../../codegen/emit/artifact.js";

/** Export under which a module's constants are looked at. */
const CONSTANTS = "$constants";

/** Where such elements are: module, constant and path within it. Modules are run here, as preloading does. */
export async function bigintElements(artifact: Artifact): Promise<string[]> {
  const { modules, preload } = JSON.parse(new TextDecoder().decode(artifact.get("manifest.json")));
  const folder = mkdtempSync(join(tmpdir(), "xsnn-preload-"));
  try {
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    for (const [path, bytes] of artifact) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      const text = new TextDecoder().decode(bytes);
      writeFileSync(
        file,
        path.endsWith(".js") ? `${text}\nexport const ${CONSTANTS} = ${names(text)};\n` : bytes,
      );
    }
    const found: string[] = [];
    for (const name of preload) {
      const path = [modules[name]].flat().find((it: string) => it.endsWith(".js"));
      const { [CONSTANTS]: constants } = await import(pathToFileURL(join(folder, path)).href);
      found.push(...elementsIn(constants).map((it) => `${name}: ${it}`));
    }
    return found;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Paths of all such elements in what can be reached from a value by properties. */
export function elementsIn(root: unknown): string[] {
  const found: string[] = [];
  const seen = new Set<unknown>();
  const look = (value: unknown, path: string) => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value))
      return;
    if (ArrayBuffer.isView(value)) return;
    seen.add(value);
    for (const key of Reflect.ownKeys(value)) {
      const { value: own } = Object.getOwnPropertyDescriptor(value, key)!;
      const at = path ? `${path}.${String(key)}` : String(key);
      if (Array.isArray(value) && typeof own === "bigint") found.push(at);
      look(own, at);
    }
  };
  look(root, "");
  return found;
}

/** An object of all that a module declares. */
function names(text: string): string {
  const { statements } = ts.createSourceFile("module.js", text, ts.ScriptTarget.ESNext);
  const declared: string[] = [];
  const add = (name: ts.BindingName) => {
    if (ts.isIdentifier(name)) declared.push(name.text);
    else for (const element of name.elements) if (ts.isBindingElement(element)) add(element.name);
  };
  for (const statement of statements) {
    if (ts.isVariableStatement(statement))
      for (const { name } of statement.declarationList.declarations) add(name);
    else if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name)
      declared.push(statement.name.text);
  }
  return `{ ${declared.join(", ")} }`;
}
