import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const names = readdirSync("runtime")
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.replace(/\.ts$/, ""))
  .sort();

it("the top-level manifest exposes every module of the runtime, and preloads each that needs no host", () => {
  const { modules, preload } = JSON.parse(readFileSync("manifest.json", "utf8"));
  const expected = Object.fromEntries(names.map((name) => [`xsnn/${name}`, `./runtime/${name}.ts`]));
  expect(modules).toEqual({ ...expected, "xsnn/weights": "./runtime/hosts/moddable/weights.js" });
  expect(preload).toEqual(names.map((name) => `xsnn/${name}`));
});

// By name: Moddable's mcpack stumbles over patterns.
it("the package exports the same names to Node and to Moddable", () => {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
  for (const name of names)
    expect(exports[`./${name}`]).toEqual({
      types: `./dist/runtime/${name}.d.ts`,
      default: `./dist/runtime/${name}.js`,
    });
  for (const folder of ["federated", "pipeline", "store", "training"])
    for (const file of readdirSync(`runtime/${folder}`).filter((it) => it.endsWith(".ts"))) {
      const name = `${folder}/${file.replace(/\.ts$/, "")}`;
      expect(exports[`./${name}`]?.default).toBe(`./dist/runtime/${name}.js`);
    }
  expect(exports["./weights"]).toEqual({
    types: "./runtime/hosts/node/weights.d.ts",
    moddable: "./runtime/hosts/moddable/weights.js",
    default: "./runtime/hosts/node/weights.js",
  });
});
