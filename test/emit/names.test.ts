import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { className, commentText, moduleName, stringLiteral } from "../../codegen/emit/names.js";

describe("moduleName", () => {
  it.each([
    ["keyword.tflite", "keyword"],
    ["models/Person Detect_v2.TFLITE", "person-detect-v2"],
    ["C:\\models\\a.b.tflite", "a-b"],
    ["../../etc/passwd", "passwd"],
    ["123.tflite", "model-123"],
    ["xsnn.tflite", "model-xsnn"],
    ["Resource.tflite", "model-resource"],
    ["…", "model"],
    ["", "model"],
  ])("%j becomes %j", (file, module) => expect(moduleName(file)).toBe(module));

  it("is always a lower case identifier with dashes, and its class name an identifier", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (file) => {
        expect(moduleName(file)).toMatch(/^[a-z][a-z0-9-]*$/);
        expect(className(moduleName(file))).toMatch(/^[A-Z][A-Za-z0-9]*$/);
      }),
      { seed: 1 },
    );
  });
});

describe("names of a model in generated code", () => {
  it("cannot leave a line comment", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        expect(commentText(name)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
      { seed: 2 },
    );
    expect(commentText('a\n"; process.exit(); //\u2028*/')).toBe('a?"; process.exit(); //?*/');
  });

  it("cannot leave a string literal, and read back as they were", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const literal = stringLiteral(name);
        expect(literal).toMatch(/^"[\x20-\x7e]*"$/);
        expect(JSON.parse(literal)).toBe(name);
      }),
      { seed: 3 },
    );
  });
});
