import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { projectPath } from "../../../boards/project.js";
import { refuse } from "../../problems/problem.js";

/**
 * Packages that only commands at a board need. One has a native part, which nobody else is to carry: they are optional, and
 * whoever wants them installs them.
 *
 * @throws Refusal `flash-packages` with the line to type
 */
export function requirePackages(): void {
  const { peerDependencies } = JSON.parse(readFileSync(projectPath("package.json"), "utf8"));
  const wanted = Object.entries<string>(peerDependencies);
  const missing = wanted.filter(([name]) => !isThere(name)).map(([name, version]) => `${name}@${version}`);
  if (missing.length > 0) refuse("flash-packages", { packages: missing });
}

function isThere(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
