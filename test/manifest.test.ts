import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

it("the top-level manifest exposes every module of the runtime", () => {
  const runtime = readdirSync("runtime").filter((name) => name.endsWith(".ts"));
  const { modules } = JSON.parse(readFileSync("manifest.json", "utf8"));
  const expected = Object.fromEntries(
    runtime.sort().map((name) => [`xsnn/${name.replace(/\.ts$/, "")}`, `./runtime/${name}`]),
  );
  expect(modules).toEqual({ ...expected, "xsnn/weights": "./runtime/hosts/moddable/weights.js" });
});
