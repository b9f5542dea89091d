import { join } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { runtimeSources } from "../../codegen/cli/runtime-sources.js";
import type { Artifact } from "../../codegen/emit/artifact.js";
import { emit } from "../../codegen/emit/artifact.js";
import type { Graph } from "../../codegen/graph/graph.js";
import type { PlanOptions } from "../../codegen/plan/options.js";
import { plan } from "../../codegen/plan/plan.js";
import { identity16 } from "../cli/models.js";
import { everyFeature } from "./graphs.js";

const sources = await runtimeSources();

function texts(artifact: Artifact): Map<string, string> {
  return new Map([...artifact].map(([path, bytes]) => [path, new TextDecoder().decode(bytes)]));
}

function emitted(graph: Graph, options?: PlanOptions): Map<string, string> {
  return texts(emit(plan(graph, options), "sample", sources));
}

/** What `tsc --strict` says of the TypeScript files, with no typings but the language's own. */
function diagnostics(files: ReadonlyMap<string, string>): string[] {
  const root = "/artifact";
  const options: ts.CompilerOptions = {
    strict: true,
    noImplicitOverride: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  const inMemory = (path: string) => files.get(path.slice(root.length + 1));
  host.readFile = (path) => (path.startsWith(root) ? inMemory(path) : readFile(path));
  host.fileExists = (path) => (path.startsWith(root) ? inMemory(path) !== undefined : fileExists(path));
  host.directoryExists = () => true;
  host.getSourceFile = (path, target) => {
    const text = host.readFile(path);
    return text === undefined ? undefined : ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram([join(root, "sample.ts")], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
}

it("reads as written by hand", () => {
  const files = emitted(everyFeature(), { forms: [] });
  expect(files.get("sample.ts")).toMatchSnapshot("TypeScript");
  expect(files.get("sample.js")).toMatchSnapshot("JavaScript");
  expect(files.get("sample.d.ts")).toMatchSnapshot("typings");
  expect(files.get("manifest.json")).toMatchSnapshot("manifest");
});

it("types int16 inputs and outputs", () => {
  const files = emitted(identity16([1, 2]));
  expect(files.get("sample.d.ts")).toContain("extends Network<Int16Array, Int16Array>");
  expect(diagnostics(files)).toEqual([]);
});

it("passes tsc --strict, with and without the model's source", () => {
  const files = emitted(everyFeature());
  expect(diagnostics(files)).toEqual([]);
  files.delete("sample.ts");
  files.set(
    "sample.ts",
    'import Sample from "./typed.js";\nexport const scores: Float32Array = new Sample().run();\n',
  );
  files.set("typed.d.ts", files.get("sample.d.ts")!);
  expect(diagnostics(files)).toEqual([]);
});

it("uses no Node API, and depends on nothing but what the artifact carries", () => {
  const files = emitted(everyFeature());
  const exists = (path: string, types: boolean) =>
    files.has(path) || (types && files.has(path.replace(/js$/, "ts")));
  for (const [path, text] of files) {
    if (!/\.(ts|js)$/.test(path) || path === "xsnn/weights.js") continue;
    expect(text, path).not.toMatch(/\b(node:|require\(|process\b|Buffer\b|console\b|globalThis\b)/);
    for (const [, specifier] of text.matchAll(/from "([^"]+)"/g)) {
      if (path === "xsnn/moddable/weights.js") expect(specifier).toBe("Resource");
      else if (path === "moddable.js") expect(specifier).toBe("moddable:sample");
      else
        expect(exists(join(path, "..", specifier), path.endsWith(".ts")), `${path}: ${specifier}`).toBe(true);
    }
  }
});

it("lists in the manifest every module that is imported, and each exists", () => {
  const files = emitted(everyFeature());
  const { modules, preload, data } = JSON.parse(files.get("manifest.json")!);
  const listed = Object.values<string | string[]>(modules).flat();
  for (const path of [...listed, ...Object.values<string>(data)])
    expect([...files.keys()]).toContain(path.slice(2));
  for (const name of preload) expect(Object.keys(modules)).toContain(name);
  const imported = [...files]
    .filter(([path]) => listed.includes(`./${path}`))
    .flatMap(([, text]) =>
      [...text.matchAll(/from "\.\/(?:xsnn\/)?([\w-]+)\.js"/g)].map(([, name]) => `xsnn/${name}`),
    );
  expect(Object.keys(modules)).toEqual(expect.arrayContaining(imported));
});

it("is the same code whatever the model calls its tensors", () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is what a name might try
  const hostile = '*/ process.exit(1); /*\n`${x}`"\\\u2028\u202e';
  const graph = everyFeature();
  const renamed: Graph = {
    ...graph,
    name: hostile,
    tensors: graph.tensors.map((tensor) => ({ ...tensor, name: hostile })),
    ops: graph.ops.map((op) => ({ ...op, name: hostile })),
    variables: graph.variables.map((variable) => ({ ...variable, name: hostile })),
  };
  const files = emitted(renamed);
  expect(diagnostics(files)).toEqual([]);
  expect(skeleton(files.get("sample.ts")!)).toEqual(skeleton(emitted(graph).get("sample.ts")!));
});

/** The kinds of a source's tokens, comments left out. */
function skeleton(source: string): string[] {
  const scanner = ts.createScanner(ts.ScriptTarget.ES2022, true, ts.LanguageVariant.Standard, source);
  const kinds: string[] = [];
  for (let kind = scanner.scan(); kind !== ts.SyntaxKind.EndOfFileToken; kind = scanner.scan())
    kinds.push(kind === ts.SyntaxKind.StringLiteral ? "string" : scanner.getTokenText());
  return kinds;
}
