import { expect, it } from "vitest";
import { projectPath } from "../../boards/project.js";
import { inEmptyFolder, xsnn } from "./harness.js";

inEmptyFolder();

const DIGITS = projectPath("models", "digits", "digits.tflite");
const SAMPLES = projectPath("models", "digits", "samples");

it("compile --train says what learning costs, and writes a module that learns", async () => {
  const { code, out } = await xsnn("compile", DIGITS, "--train", "head,parts:bias", "--json");
  expect(code).toBe(0);
  const { plan, files } = JSON.parse(out);
  expect(plan.isUpdatable).toBe(true);
  expect(plan.training.layers.map(({ name }: { name: string }) => name)).toEqual([
    "probabilities",
    "logits",
    "parts",
  ]);
  const [, logits, parts] = plan.training.layers;
  expect([logits.weights, logits.biases, parts.weights, parts.biases]).toEqual([5120, 10, 0, 32]);
  expect(plan.training.heapBytes).toBeGreaterThan(8 * 5120); // masters and velocities
  expect(Object.keys(files)).toContain("xsnn/training/trainable-network.js");
  const text = await xsnn("compile", DIGITS, "--train", "head");
  expect(text.out).toMatch(/Training takes [\d,]+ bytes of heap and [\d,]+ bytes of flash more/);
});

it("learns from a folder of pictures on Node, and tells accuracy and loss", async () => {
  // Black on white.
  const options = ["--data", SAMPLES, "--range", "1,0", "--passes", "2", "--json"];
  await xsnn("compile", DIGITS, "--train", "head");
  const { code, out } = await xsnn("learn", "digits", ...options);
  expect(code).toBe(0);
  const found = JSON.parse(out);
  expect(found).toMatchObject({ engine: "node", samples: 16, examined: 4, passes: 2 });
  expect(found.losses).toHaveLength(2);
  expect(found.losses[1]).toBeLessThan(found.losses[0]);
});

it("learns on a split model what it learns as a whole", async () => {
  const { code, out } = await xsnn(
    ...["split", DIGITS, "--boards", "esp32-c3,esp32-c3", "--link", "uart:921600", "--train", "head,parts"],
  );
  expect(code).toBe(0);
  expect(out).toMatch(/^stage1 +esp32-c3 +"parts" +[\d,]+ +[\d,]+ +[\d,]+ +[\d,]+ +0 bytes$/m);
  expect(out).toMatch(/^stage2 +esp32-c3 +"logits" +[\d,]+ +[\d,]+ +[\d,]+ +[\d,]+ +1,028 bytes$/m);
  const data = ["--data", SAMPLES, "--range", "1,0", "--passes", "3", "--engine", "node", "--json"];
  const parts = JSON.parse((await xsnn("learn", "split/digits", ...data)).out);
  const whole = JSON.parse((await xsnn("learn", DIGITS, "--train", "head,parts", ...data)).out);
  const { stages, ...found } = parts;
  expect(found).toEqual(whole);
  expect(stages.map(({ gradientBytes }: { gradientBytes: number }) => gradientBytes)).toEqual([1028, 0]);
  expect(stages[1].sentUp).toBeGreaterThan(1028 / 2);
  const other = await xsnn("learn", "split/digits", "--data", SAMPLES, "--train", "head");
  expect([other.code, other.err]).toEqual([
    1,
    expect.stringContaining("a split model has boards of its own"),
  ]);
});

it.each([
  [["--train", "nobody"], "no layer is called"],
  [["--train", "probabilities"], "no weights that could be trained"],
  [["--train", "head:0-10"], "channel 10 is to be trained, and the layer has 10"],
  [["--train", "strokes_depthwise:0-1"], "single channels of a depthwise layer"],
  [["--train", "head", "--momentum", "0.9"], "It must be 0, or 1 less one half"],
  [["--train", "head,"], "names with commas between them"],
  [["--train", "strokes", "--batch", "256"], "do not add up in 32 bits"],
  [["--learning-rate", "0.1"], "no --train says which"],
])("compile %j is refused", async (options, message) => {
  const { code, err } = await xsnn("compile", DIGITS, ...options);
  expect(code).toBe(1);
  expect(err).toContain(message);
});

it("learn refuses a model of which nothing is trained", async () => {
  const { code, err } = await xsnn("learn", DIGITS, "--data", SAMPLES);
  expect(code).toBe(1);
  expect(err).toContain("--train");
});
