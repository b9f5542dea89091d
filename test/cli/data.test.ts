/** Data for calibration and accuracy, as files of each kind give it. */
import { mkdirSync, writeFileSync } from "node:fs";
import { zipSync } from "fflate";
import { dump } from "npyjs";
import { PNG } from "pngjs";
import { describe, expect, it } from "vitest";
import wavefile from "wavefile";
import { type Dataset, readDataset } from "../../codegen/cli/data/dataset.js";
import type { Preprocessing } from "../../codegen/cli/data/preprocessing.js";
import { split } from "../../codegen/cli/data/split.js";
import type { EdgeTensor } from "../../codegen/cli/inputs/tensor.js";
import { Refusal } from "../../codegen/problems/problem.js";
import { inEmptyFolder } from "./harness.js";

const npy = (values: Parameters<typeof dump>[0], shape: number[]) => new Uint8Array(dump(values, shape));

const real = (shape: readonly number[], name = "x"): EdgeTensor => ({
  name,
  shape,
  dtype: "float32",
  scale: 1,
  zeroPoint: 0,
  length: shape.reduce((a, b) => a * b, 1),
});

/** Reads data for a model with inputs of these shapes and so many outputs. */
async function read(
  path: string,
  shape: readonly number[],
  { classes = 3, labels, ...preprocessing }: Preprocessing & { classes?: number; labels?: string } = {},
): Promise<{ samples: number[][]; labels: Dataset["labels"] }> {
  const edges = { inputs: [real(shape)], output: real([1, classes], "y") };
  const { samples, labels: found } = await readDataset(path, edges, preprocessing, labels);
  return { samples: samples.map(([sample]) => [...sample]), labels: found };
}

/** The codes that reading is refused with. */
async function codes(reading: Promise<unknown>): Promise<string[]> {
  const error = await reading.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Refusal)) throw error ?? new Error("it was not refused");
  return error.problems.map(({ code }) => code);
}

/** A PNG of 2 × 1 pixels. */
function png(left: number, right: number): Uint8Array {
  const image = new PNG({ width: 2, height: 1 });
  image.data.set([left, left, left, 255, right, right, right, 255]);
  return PNG.sync.write(image, { colorType: 0 });
}

function wav(...samples: number[]): Uint8Array {
  const file = new wavefile.WaveFile();
  file.fromScratch(1, 16000, "16", samples);
  return file.toBuffer();
}

function writeImages(files: Readonly<Record<string, readonly [number, number]>>): void {
  for (const [path, pixels] of Object.entries(files)) {
    mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    writeFileSync(path, png(...pixels));
  }
}

const PIXELS = [1, 1, 2, 1];

inEmptyFolder();

describe("arrays", () => {
  it("of real numbers are samples as they are", async () => {
    writeFileSync("f4.npy", npy(Float32Array.of(1, 2, -3, 0.5), [2, 2]));
    writeFileSync("f8.npy", npy(Float64Array.of(1e3, -7), [1, 1, 2]));
    expect(await read("f4.npy", [1, 2])).toEqual({
      samples: [
        [1, 2],
        [-3, 0.5],
      ],
      labels: undefined,
    });
    expect(await read("f8.npy", [1, 2])).toMatchObject({ samples: [[1e3, -7]] });
  });

  it("of uint8 and int16 are pixels and sound", async () => {
    writeFileSync("u1.npy", npy(Uint8Array.of(0, 51, 255, 102), [2, 2]));
    writeFileSync("i2.npy", npy(Int16Array.of(-32_768, 16_384), [2]));
    expect((await read("u1.npy", [1, 2])).samples).toEqual([
      [0, Math.fround(0.2)],
      [1, Math.fround(0.4)],
    ]);
    expect((await read("i2.npy", [1])).samples).toEqual([[-1], [0.5]]);
  });

  it("have labels in another file, or in another array", async () => {
    writeFileSync("x.npy", npy(Float32Array.of(1, 2), [2, 1]));
    writeFileSync("y.npy", npy(BigInt64Array.of(2n, 0n), [2]));
    const arrays = { "x.npy": npy(Float32Array.of(1, 2), [2, 1]), "y.npy": npy(Uint8Array.of(1, 2), [2]) };
    writeFileSync("both.npz", zipSync(arrays));
    expect((await read("x.npy", [1, 1], { labels: "y.npy" })).labels).toEqual([2, 0]);
    expect(await read("both.npz", [1, 1], { labels: "y" })).toEqual({ samples: [[1], [2]], labels: [1, 2] });
    expect(await codes(read("both.npz", [1, 1], { labels: "z" }))).toEqual(["file-not-readable"]);
  });

  it("are one for each input in an .npz", async () => {
    const edges = { inputs: [real([1, 2], "a"), real([1, 1], "b")], output: real([1, 3]) };
    const a = npy(Float32Array.of(1, 2, 3, 4), [2, 2]);
    writeFileSync("two.npz", zipSync({ "b.npy": npy(Float32Array.of(5, 6), [2, 1]), "a.npy": a }));
    const { samples } = await readDataset("two.npz", edges, {});
    expect(samples.map((sample) => sample.map((values) => [...values]))).toEqual([
      [[1, 2], [5]],
      [[3, 4], [6]],
    ]);
    writeFileSync("odd.npz", zipSync({ "b.npy": npy(Float32Array.of(5), [1, 1]), "a.npy": a }));
    expect(await codes(readDataset("odd.npz", edges, {}))).toEqual(["input-steps"]);
    writeFileSync("one.npy", a);
    expect(await codes(readDataset("one.npy", edges, {}))).toEqual(["data-inputs"]);
  });

  it("are refused in other shapes and types, without samples, and with what is no number", async () => {
    writeFileSync("shape.npy", npy(Float32Array.of(1, 2, 3), [1, 3]));
    writeFileSync("type.npy", npy(Int32Array.of(1, 2), [1, 2]));
    writeFileSync("none.npy", npy(Float32Array.of(), [0, 2]));
    writeFileSync("nan.npy", npy(Float32Array.of(1, Number.NaN), [1, 2]));
    writeFileSync("text.npy", "text");
    writeFileSync("data.csv", "1,2");
    const found = (path: string) => codes(read(path, [1, 2]));
    expect(await found("shape.npy")).toEqual(["input-shape"]);
    expect(await found("type.npy")).toEqual(["input-type"]);
    expect(await found("none.npy")).toEqual(["data-empty"]);
    expect(await found("nan.npy")).toEqual(["input-not-finite"]);
    expect(await found("text.npy")).toEqual(["input-malformed"]);
    expect(await found("data.csv")).toEqual(["data-format"]);
    expect(await found("absent.npy")).toEqual(["file-not-readable"]);
  });

  it("are refused with labels that do not fit", async () => {
    writeFileSync("x.npy", npy(Float32Array.of(1, 2), [2, 1]));
    const found = (labels: Parameters<typeof dump>[0]) => {
      writeFileSync("y.npy", npy(labels, [(labels as Uint8Array).length]));
      return codes(read("x.npy", [1, 1], { labels: "y.npy" }));
    };
    expect(await found(Uint8Array.of(1))).toEqual(["labels-number"]);
    expect(await found(Uint8Array.of(1, 3))).toEqual(["label-unknown"]);
    expect(await found(Int8Array.of(1, -1))).toEqual(["label-unknown"]);
    expect(await found(Float32Array.of(1, 0.5))).toEqual(["labels-not-integers"]);
  });
});

describe("folders", () => {
  it("of images have labels in front of a hyphen where all are numbers", async () => {
    writeImages({ "d/2-1.png": [0, 255], "d/0-1.png": [51, 0] });
    expect(await read("d", PIXELS)).toEqual({
      samples: [
        [Math.fround(0.2), 0],
        [0, 1],
      ],
      labels: [0, 2],
    });
    writeImages({ "d/test.png": [0, 255] });
    expect((await read("d", PIXELS)).labels).toBeUndefined();
  });

  it("of sound have labels by subfolder, in alphabetical order or as a list says", async () => {
    for (const name of ["yes", "no", "silence"]) mkdirSync(`d/${name}`, { recursive: true });
    writeFileSync("d/yes/a.wav", wav(-32_768, 8192));
    writeFileSync("d/no/a.wav", wav(0, 0));
    writeFileSync("d/silence/a.wav", wav(1, 2));
    writeFileSync("labels.txt", "silence\nyes\nno\n");
    const { samples, labels } = await read("d", [1, 2]);
    expect([samples[2], labels]).toEqual([
      [-1, 0.25],
      [0, 1, 2],
    ]);
    expect((await read("d", [1, 2], { labels: "labels.txt" })).labels).toEqual([2, 0, 1]);
  });

  it("are refused where they are empty, mixed, of another size, or of classes that the model does not have", async () => {
    mkdirSync("empty");
    writeFileSync("empty/notes.txt", "none");
    expect(await codes(read("empty", PIXELS))).toEqual(["data-empty"]);
    writeImages({ "mixed/a/1.png": [0, 0], "mixed/2.png": [0, 0] });
    expect(await codes(read("mixed", PIXELS))).toEqual(["data-mixed"]);
    writeImages({ "kinds/1.png": [0, 0] });
    writeFileSync("kinds/2.wav", wav(1, 2));
    expect(await codes(read("kinds", PIXELS))).toEqual(["data-mixed"]);
    expect(await codes(read("mixed/a", [1, 2, 2, 1]))).toEqual(["input-shape"]);
    writeImages({ "classes/cat/1.png": [0, 0], "classes/dog/1.png": [0, 0] });
    expect(await codes(read("classes", PIXELS))).toEqual(["labels-not-for-classes"]);
    writeFileSync("labels.txt", "cat\nbird\nfish\n");
    expect(await codes(read("classes", PIXELS, { labels: "labels.txt" }))).toEqual(["label-unknown"]);
    writeImages({ "numbers/3/1.png": [0, 0] });
    expect(await codes(read("numbers", PIXELS))).toEqual(["label-unknown"]);
  });
});

describe("preprocessing", () => {
  it("--range says what black and white become", async () => {
    writeImages({ "d/a.png": [0, 255] });
    expect((await read("d", PIXELS, { range: [-1, 1] })).samples).toEqual([[-1, 1]]);
    expect((await read("d", PIXELS, { range: [0, 255] })).samples).toEqual([[0, 255]]);
    writeFileSync("i2.npy", npy(Int16Array.of(-32_768, 0), [1, 2]));
    expect((await read("i2.npy", [1, 2], { range: [0, 1] })).samples).toEqual([[0, 0.5]]);
    writeFileSync("f4.npy", npy(Float32Array.of(1, 2), [1, 2]));
    expect(await codes(read("f4.npy", [1, 2], { range: [0, 1] }))).toEqual(["data-no-full-scale"]);
  });

  it("--mean and --std are one for all, or one a channel", async () => {
    writeFileSync("f4.npy", npy(Float32Array.of(1, 2, 3, 4), [1, 2, 2]));
    expect((await read("f4.npy", [1, 2, 2], { mean: [1], std: [2] })).samples).toEqual([[0, 0.5, 1, 1.5]]);
    expect((await read("f4.npy", [1, 2, 2], { mean: [1, 2], std: [1, 4] })).samples).toEqual([
      [0, 0, 2, 0.5],
    ]);
    expect(await codes(read("f4.npy", [1, 2, 2], { mean: [1, 2, 3] }))).toEqual(["data-channels"]);
  });
});

describe("samples to calibrate with", () => {
  const samples = Array.from({ length: 10 }, (_, i) => [Float32Array.of(i)]);
  const labels = samples.map((_, i) => i);
  const values = (of: Dataset["samples"]) => of.map(([[value]]) => value);

  it("are drawn by seed, and the others are held out with their labels", () => {
    const { used, evaluation, heldOut } = split({ samples, labels }, 4, 1);
    expect([used.samples.length, heldOut]).toEqual([4, true]);
    for (const part of [used, evaluation]) expect(values(part.samples)).toEqual(part.labels);
    expect([...values(used.samples), ...values(evaluation.samples)].sort()).toEqual(labels);
    expect(split({ samples, labels }, 4, 1)).toEqual({ used, evaluation, heldOut });
    expect(values(split({ samples }, 4, 2).used.samples)).not.toEqual(values(used.samples));
  });

  it("are also evaluated on where none are left", () => {
    const { used, evaluation, heldOut } = split({ samples }, 10, 1);
    expect([used.samples.length, evaluation.samples.length, heldOut]).toEqual([10, 10, false]);
    expect(evaluation).not.toHaveProperty("labels");
  });
});
