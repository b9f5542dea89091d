import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { main } from "../../codegen/cli/program.js";
import { codesOf, folderNames, inEmptyFolder, withEngines, writeModel, xsnn } from "./harness.js";
import { identity } from "./models.js";

const ROOT = resolve(import.meta.dirname, "../..");
const TSX = [join(ROOT, "node_modules/tsx/dist/cli.mjs"), join(ROOT, "codegen/cli/main.ts")];

/** An engine that fails as none should. */
const broken = {
  name: "broken",
  about: "for tests",
  run: () => Promise.reject(new TypeError("x is not a function\n    at somewhere")),
};

describe("xsnn", () => {
  inEmptyFolder();

  it.each(["distill", "compile", "inspect", "run", "validate", "ops", "boards", "bench", "fit"])(
    "%s has help with examples",
    async (command) => {
      const { code, out, err } = await xsnn(command, "--help");
      expect([code, err]).toEqual([0, ""]);
      expect(out).toContain(`Examples:\n  $ xsnn ${command}`);
      expect((await xsnn("--help")).out).toMatch(new RegExp(`^  ${command} `, "m"));
    },
  );

  it("has a version: the package's", async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    expect(await xsnn("--version")).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });

  it("without a command shows its help, as an error", async () => {
    const { code, out, err } = await xsnn();
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain("Usage: xsnn");
  });

  it.each([
    ["compil a.tflite", "unknown command 'compil' (Did you mean compile?)"],
    ["compile a.tflite --outptu b", "unknown option '--outptu' (Did you mean --output?)"],
    ["compile", "missing required argument 'model'"],
    ["compile a b", "too many arguments for 'compile'. Expected 1 argument but got 2."],
    ["run a --top -1", "option '--top <n>' argument '-1' is invalid. It must be an integer of at least 0."],
  ])("refuses `xsnn %s`", async (line, what) => {
    const { code, out, err } = await xsnn(...line.split(" "));
    expect([code, out]).toEqual([1, ""]);
    expect(err).toBe(`xsnn: ${what} [arguments]\n  \`xsnn COMMAND --help\` shows what each command takes\n`);
    const asJson = await xsnn(...line.split(" "), "--json");
    expect(codesOf(asJson)).toEqual(["arguments"]);
  });

  it("takes the blame for what nobody foresaw, on one line", async () => {
    writeModel("a.tflite", identity([1, 4]));
    const line = ["validate", "a.tflite", "--engine", "broken"];
    const { code, err } = await withEngines({ broken }, ...line);
    expect(code).toBe(1);
    expect(err).toMatch(
      /^xsnn: this is a bug in xsnn: x is not a function \[internal-error\]\n.*XSNN_DEBUG=1.*\n$/,
    );
    expect(codesOf(await withEngines({ broken }, ...line, "--json"))).toEqual(["internal-error"]);
  });

  it("shows the stack where it is asked to", async () => {
    let text = "";
    const err = (part: string) => {
      text += part;
    };
    writeModel("a.tflite", identity([1, 4]));
    const line = ["run", "a.tflite", "--input", "a.tflite"];
    const failing = () => Promise.reject(new Error("odd"));
    expect(await main(line, { out: () => {}, err, debug: true }, failing)).toBe(1);
    expect(text).toMatch(/Error: odd\n {4}at /);
  });

  describe("as a process", () => {
    it("compiles, runs and exits with 0", async () => {
      writeModel("a.tflite", identity([1, 4]));
      const call = (...argv: string[]) => promisify(execFile)(process.execPath, [...TSX, ...argv]);
      expect((await call("compile", "a.tflite", "-o", "a")).stderr).toBe("");
      expect(folderNames()).toEqual(["a", "a.tflite"]);
    });

    it("exits with 1 and one message on stderr", async () => {
      const called = promisify(execFile)(process.execPath, [...TSX, "run", "none.tflite"]);
      await expect(called).rejects.toMatchObject({
        code: 1,
        stdout: "",
        stderr: expect.stringMatching(/^xsnn: /),
      });
    });

    it("ends in silence where nobody reads on", async () => {
      const child = spawn(process.execPath, [...TSX, "ops"], { stdio: ["ignore", "pipe", "pipe"] });
      child.stdout.destroy();
      let err = "";
      child.stderr.on("data", (part) => {
        err += part;
      });
      const [code] = await new Promise<[number | null]>((done) =>
        child.on("close", (...how) => done([how[0]])),
      );
      expect([code, err]).toEqual([0, ""]);
    });
  });
});
