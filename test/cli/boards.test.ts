import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { boards } from "../../boards/board.js";
import { xsnn } from "./harness.js";

const DOCUMENT = resolve(import.meta.dirname, "../../docs/boards.md");
const TABLE = /^<!-- boards -->\n(.*?)^<!-- \/boards -->$/ms;

describe("xsnn boards", () => {
  it("lists every board", async () => {
    const names = (await boards()).map(({ name }) => name);
    const { code, out, err } = await xsnn("boards");
    expect([code, err]).toEqual([0, ""]);
    expect(out.match(/^[a-z][\w-]+/gm)).toEqual(names);
    expect(out).toMatch(
      /^esp32-c3 +ESP32-C3, rv32imc +160 MHz +400 KB +4 MB +92 KB +198 KB +298 KB +esp32\/esp32c3$/m,
    );
    const { out: asJson } = await xsnn("boards", "--json");
    expect(JSON.parse(asJson)).toEqual(await boards());
  });

  it("is what the document says", async () => {
    const { out } = await xsnn("boards", "--markdown");
    const inDocument = TABLE.exec(existsSync(DOCUMENT) ? readFileSync(DOCUMENT, "utf8") : "")?.[1];
    const todo =
      "put the output of `npm run -s xsnn -- boards --markdown` between <!-- boards --> and <!-- /boards --> in docs/boards.md";
    expect(inDocument?.trim(), todo).toBe(out.trim());
  });
});
