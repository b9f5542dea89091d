import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { operators } from "../../codegen/ops/index.js";
import { xsnn } from "./harness.js";

const README = resolve(import.meta.dirname, "../../README.md");
const README_TABLE = /^<!-- ops -->\n(.*?)^<!-- \/ops -->$/ms;

describe("xsnn ops", () => {
  it("lists every operator, in alphabetical order", async () => {
    const kinds = Object.keys(operators).sort();
    const { out: asJson } = await xsnn("ops", "--json");
    expect(JSON.parse(asJson).map(({ operator }: { operator: string }) => operator)).toEqual(kinds);
    const { out: asText } = await xsnn("ops");
    expect(asText.match(/^[A-Z]\w+/gm)).toEqual(["Operator", ...kinds]);
    const { out: markdown } = await xsnn("ops", "--markdown");
    expect(markdown.match(/(?<=^\| )\w+/gm)).toEqual(["Operator", ...kinds]);
  });

  it("says what each operator's bits were checked against", async () => {
    for (const row of JSON.parse((await xsnn("ops", "--json")).out))
      expect(row.checked, row.operator).not.toBe("");
  });

  it("is what the README says", async () => {
    const { out } = await xsnn("ops", "--markdown");
    const inReadme = README_TABLE.exec(existsSync(README) ? readFileSync(README, "utf8") : "")?.[1];
    const todo =
      "put the output of `npm run -s xsnn -- ops --markdown` between <!-- ops --> and <!-- /ops --> in README.md";
    expect(inReadme?.trim(), todo).toBe(out.trim());
  });
});
