import { describe, expect, it } from "vitest";
import { bar } from "../../codegen/bench/bar.js";
import { csv } from "../../codegen/bench/csv.js";
import { parseReference } from "../../codegen/bench/reference.js";
import { refusedWith } from "./refused.js";

describe("bar", () => {
  it.each([
    [0, ""],
    [0.25, "█"],
    [0.5, "██"],
    [0.53125, "██▏"],
    [0.71875, "██▉"],
    [1, "████"],
  ])("draws %d of four characters", (share, drawn) => {
    expect(bar(share, 4)).toBe(drawn);
  });
});

describe("csv", () => {
  it("quotes what would break a row, and leaves out what is unknown", () => {
    const text = csv(
      ["a", "b", "c"],
      [
        ["x,y", 'say "no"', undefined],
        ["two\nlines", 1.5, "plain"],
      ],
    );
    expect(text).toBe('a,b,c\r\n"x,y","say ""no""",\r\n"two\nlines",1.5,plain\r\n');
  });
});

describe("TFLM's counts", () => {
  const parse = (text: string) => parseReference(new TextEncoder().encode(text), "tflm.json");

  it("are those of each model that has one", () => {
    const found = parse(
      '{"a": {"macs": 1, "tflm_instructions": 7}, "b": {"macs": 2}, "c": {"tflm_instructions": 0}}',
    );
    expect([...found]).toEqual([["a", 7]]);
  });

  it.each(["", "{", "null", '{"a": null}'])("from %j are refused", (text) => {
    expect(refusedWith(() => parse(text))).toEqual(["reference-malformed"]);
  });
});
