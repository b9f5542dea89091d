/** An application's folder, as `xsnn app` writes it and people may have changed it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AppFile } from "../../codegen/app/app.js";
import { refuse } from "../../codegen/problems/problem.js";
import { integer, record, type Schema, text } from "../schema.js";

const MAX_MODELS = 100;
const name = text(/^[a-z][a-z0-9-]*$/, "lower case letters, digits and dashes");

const models: Schema<readonly string[]> = (value, field, report) => {
  if (Array.isArray(value) && value.length <= MAX_MODELS && value.every((it) => name(it, field, report)))
    return value;
  report(field, "something else", "a list of names");
  return undefined;
};

const appFile: Schema<AppFile> = record({
  format: integer(1, 1) as Schema<1>,
  name,
  board: text(/\S/, "a text"),
  models,
});

/** @throws Refusal `folder-not-app` */
export async function readApp(folder: string): Promise<AppFile> {
  const not = (why: string) => refuse("folder-not-app", { path: folder, why });
  const content = await readFile(join(folder, "app.json"), "utf8").catch(() => not("it has no app.json"));
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    return not("its app.json is not JSON");
  }
  const wrong: string[] = [];
  const app = appFile(document, "", (field, found, expected) =>
    wrong.push(`${field} of its app.json is ${found}, and must be ${expected}`),
  );
  return app ?? not(wrong[0]);
}
