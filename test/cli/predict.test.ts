/** `xsnn run --predict`: costs on a board without its engine. */
import { writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { projectPath } from "../../boards/project.js";
import { codesOf, inEmptyFolder, writeModel, xsnn } from "./harness.js";
import { identity } from "./models.js";

describe("--predict", () => {
  inEmptyFolder();

  beforeEach(() => {
    writeModel("four.tflite", identity([1, 4]));
    writeFileSync("a.bin", Int8Array.of(-128, 127, 0, 127));
    writeFileSync("black.bin", new Int8Array(28 * 28).fill(-128));
    writeFileSync(
      "noise.bin",
      Int8Array.from({ length: 28 * 28 }, (_, i) => (i * 97) % 255),
    );
  });

  const call = (line: string) => xsnn(...line.split(" "));

  it("shows outputs, layers, what is predicted and the bound", async () => {
    const { code, out, err } = await call("run four.tflite --input a.bin --board esp32-c3 --predict --top 1");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^a\.bin\n {2}1 {2}1\n\nesp32-c3: ESP32-C3-DevKitM-1, predicted and not run\n/);
    expect(out).toMatch(/MAXIMUM "output0" .* 100\.0 %/);
    expect(out).toMatch(/\nInstructions: ([\d,]+) predicted; \1 where no activation is zero\n/);
    expect(out).toMatch(/\nPredicted, not measured: .* an inference\n/);
  });

  it("is less for inputs of zeros, and never more than the bound", async () => {
    const predicted = async (input: string) => {
      const line = `run ${projectPath("models/digits/digits.tflite")} --input ${input} --board esp32-c3`;
      return JSON.parse((await call(`${line} --predict --json`)).out).board;
    };
    const [black, noise, both] = [
      await predicted("black.bin"),
      await predicted("noise.bin"),
      await predicted("black.bin noise.bin"),
    ];
    expect(black.instructions).toBeLessThan(0.97 * noise.instructions);
    expect(noise.instructions).toBeLessThanOrEqual(noise.boundInstructions);
    expect([both.inferences, both.boundInstructions]).toEqual([2, noise.boundInstructions]);
    expect(Math.abs(2 * both.instructions - black.instructions - noise.instructions)).toBeLessThan(2);
    const { milliseconds } = noise.predicted;
    expect(milliseconds.low).toBeLessThan(milliseconds.value);
    expect(milliseconds.value).toBeLessThan(milliseconds.high);
  });

  it.each([
    ["no board", "arguments", "run four.tflite --input a.bin --predict"],
    ["this computer", "board-is-host", "run four.tflite --input a.bin --board host-node --predict"],
    ["a search for memory", "arguments", "run four.tflite --board esp32-c3 --predict --min-ram"],
  ])("refuses %s", async (_, code, line) => {
    expect(codesOf(await call(`${line} --json`))).toEqual([code]);
  });

  it("refuses a compiled folder, which does not say what zeros spare", async () => {
    await call("compile four.tflite -o four");
    const refused = await call("run four --input a.bin --board esp32-c3 --predict --json");
    expect(codesOf(refused)).toEqual(["arguments"]);
  });
});
