/** What each kind of input file gives the model, seen through a model that gives back its input. */
import { writeFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { zipSync } from "fflate";
import { dump } from "npyjs";
import { PNG } from "pngjs";
import { beforeEach, describe, expect, it } from "vitest";
import wavefile from "wavefile";
import { perTensor } from "../support/graph-builder.js";
import { codesOf, inEmptyFolder, writeModel, xsnn } from "./harness.js";
import { floatInput, identity, identity16, runningMaximum, twoInputs } from "./models.js";

const npy = (values: Parameters<typeof dump>[0], shape: number[]) => new Uint8Array(dump(values, shape));

/** A PNG of 3 × 2 pixels, which all have the same colour but the first. */
function png(
  first: readonly number[],
  options: { colorType?: 0 | 2 | 6; width?: number; bitDepth?: 16 } = {},
) {
  const { width = 3, ...pack } = options;
  const image = new PNG({ width, height: 2 });
  image.data.fill(255);
  image.data.set(first);
  return PNG.sync.write(image, { colorType: 0, ...pack });
}

function wav(samples: readonly number[], channels = 1, depth = "16") {
  const file = new wavefile.WaveFile();
  file.fromScratch(channels, 16000, depth, channels === 1 ? samples : [samples, samples]);
  return file.toBuffer();
}

/** The raw values of the first output in each step. */
async function outputs(model: string, ...files: readonly string[]): Promise<number[][]> {
  const { code, out, err } = await xsnn("run", model, "--json", "--input", ...files);
  expect([code, err], out).toEqual([0, ""]);
  type Document = { samples: { outputs: { values: number[] }[] }[] };
  return (JSON.parse(out) as Document).samples.map((sample) => sample.outputs[0].values);
}

inEmptyFolder();

beforeEach(() => {
  writeModel("four.tflite", identity([1, 4]));
  writeModel("grey.tflite", identity([1, 2, 3, 1]));
  writeModel("colour.tflite", identity([1, 2, 3, 3]));
  writeModel("two.tflite", twoInputs());
  writeModel("short.tflite", identity16([1, 2]));
  writeModel("float.tflite", floatInput([1, 4]));
  writeModel("running.tflite", runningMaximum(4));
});

describe("input files", () => {
  it(".npy of the input's type holds raw values, of a float type real values", async () => {
    writeFileSync("raw.npy", npy(Int8Array.of(-128, -1, 0, 127), [1, 4]));
    writeFileSync("f4.npy", npy(Float32Array.of(0, 0.25, 1, 7), [4]));
    writeFileSync("f8.npy", npy(Float64Array.of(0, 1 / 255, 0.25, -3), [4, 1]));
    expect(await outputs("four.tflite", "raw.npy", "f4.npy", "f8.npy")).toEqual([
      [-128, -1, 0, 127],
      [-128, -64, 127, 127],
      [-128, -127, -64, -128],
    ]);
  });

  it(".npy, .bin and .json go to int16 inputs, raw or real", async () => {
    writeFileSync("raw.npy", npy(Int16Array.of(-32_768, 300), [1, 2]));
    writeFileSync("real.npy", npy(Float32Array.of(0.25, -99), [1, 2]));
    writeFileSync("list.json", "[0.001, 1]");
    writeFileSync("raw.bin", Uint8Array.of(1, 1, 255, 255));
    expect(await outputs("short.tflite", "raw.npy", "real.npy", "list.json", "raw.bin")).toEqual([
      [-32_768, 300],
      [250, -32_768],
      [1, 1000],
      [257, -1],
    ]);
  });

  it(".npy and .json go to float32 inputs as they are", async () => {
    writeFileSync("f4.npy", npy(Float32Array.of(-1, 0.25, 1, 1e9), [1, 4]));
    writeFileSync("list.json", "[[1.5, 2], [-0.26, 0]]");
    expect(await outputs("float.tflite", "f4.npy", "list.json")).toEqual([
      [-2, 1, 2, 127],
      [3, 4, -1, 0],
    ]);
  });

  it(".bin holds raw bytes, and several steps of a streaming model", async () => {
    writeFileSync("steps.bin", Int8Array.of(1, 2, 3, 4, 4, 3, 2, 1, -1, -1, -1, 9));
    expect(await outputs("running.tflite", "steps.bin", "steps.bin")).toEqual([
      [1, 2, 3, 4],
      [4, 3, 3, 4],
      [4, 3, 3, 9],
      [1, 2, 3, 4],
      [4, 3, 3, 4],
      [4, 3, 3, 9],
    ]);
  });

  it(".npy can have a dimension of steps before the input's own", async () => {
    writeFileSync("steps.npy", npy(Int8Array.of(1, 2, 3, 4, 4, 3, 2, 1), [2, 1, 4]));
    expect(await outputs("running.tflite", "steps.npy")).toEqual([
      [1, 2, 3, 4],
      [4, 3, 3, 4],
    ]);
  });

  it(".png holds pixels from 0 to 1, grey or RGB", async () => {
    writeFileSync("grey.png", png([7, 7, 7]));
    writeFileSync("rgba.png", png([7, 7, 7], { colorType: 6 }));
    expect(await outputs("grey.tflite", "grey.png", "rgba.png")).toEqual(
      Array(2).fill([7 - 128, 127, 127, 127, 127, 127]),
    );
    writeFileSync("rgb.png", png([1, 2, 3], { colorType: 2 }));
    expect((await outputs("colour.tflite", "rgb.png"))[0].slice(0, 4)).toEqual([-127, -126, -125, 127]);
  });

  it(".wav holds samples from -1 to 1", async () => {
    writeFileSync("a.wav", wav([0, 8192, 32767, -5]));
    expect(await outputs("four.tflite", "a.wav")).toEqual([[-128, -64, 127, -128]]);
  });

  it(".json is a flat or nested list of real values", async () => {
    writeFileSync("flat.json", "[0, 0.25, 1, 2]");
    writeFileSync("nested.json", "[[[0], [0.25]], [[1], [2]]]");
    expect(await outputs("four.tflite", "flat.json", "nested.json")).toEqual(
      Array(2).fill([-128, -64, 127, 127]),
    );
  });

  it("real values are rounded half away from zero", async () => {
    writeModel("half.tflite", identity([1, 4], perTensor(0.5, 0)));
    writeFileSync("ties.json", "[0.25, -0.25, 1.25, -1.25]");
    expect(await outputs("half.tflite", "ties.json")).toEqual([[1, -1, 3, -3]]);
  });

  it("a model of several inputs takes a file for each, or .npz by name or in order", async () => {
    const [first, second] = [npy(Int8Array.of(1, 2, 3, 4), [1, 2, 2]), npy(Int8Array.of(2, 3), [2])];
    writeFileSync("first.npy", first);
    writeFileSync("second.bin", Int8Array.of(2, 3));
    writeFileSync("order.npz", zipSync({ "arr_0.npy": first, "arr_1.npy": second }));
    writeFileSync("names.npz", zipSync({ "input1.npy": second, "extra.npy": second, "input0.npy": first }));
    const expected = [2, 3, 3, 4];
    expect(await outputs("two.tflite", "first.npy", "second.bin")).toEqual([expected]);
    expect(await outputs("two.tflite", "order.npz", "names.npz")).toEqual([expected, expected]);
  });
});

/** A chunk of a PNG, without the right sum: what is wrong comes before sums are looked at. */
function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length);
  bytes.write(type, 4, "latin1");
  bytes.set(data, 8);
  return bytes;
}

/** A PNG that says of itself that it is `width` wide, with more header chunks than one. */
function twoHeaders(): Buffer {
  const file = Buffer.from(png([0, 0, 0]));
  const header = file.subarray(16, 29);
  const larger = Buffer.from(header);
  larger.writeUInt32BE(60000);
  return Buffer.concat([
    file.subarray(0, 33),
    chunk("IHDR", larger),
    chunk("IDAT", deflateSync(Buffer.alloc(9))),
  ]);
}

/** An interlaced PNG: its 29th byte says so. */
function interlaced(): Buffer {
  const file = Buffer.from(png([0, 0, 0]));
  file[28] = 1;
  return file;
}

/** A zip archive whose one file claims to unpack to 1 GB. */
function claimsGigabyte(): Buffer {
  const archive = Buffer.from(zipSync({ "input0.npy": new Uint8Array(1000) }));
  archive.writeUInt32LE(2 ** 30, archive.lastIndexOf("PK\x01\x02", undefined, "latin1") + 24);
  return archive;
}

/** A WAV file of which another chunk claims four billion entries. */
function hostileCue(): Buffer {
  const file = Buffer.from(wav([1, 2, 3]));
  const cue = Buffer.alloc(12);
  cue.write("cue ");
  cue.writeUInt32LE(4, 4);
  cue.writeUInt32LE(2 ** 32 - 1, 8);
  return Buffer.concat([file.subarray(0, 36), cue, file.subarray(36)]);
}

function fortran(): Buffer {
  const file = Buffer.from(npy(Int8Array.of(1, 2, 3, 4), [1, 4]));
  return Buffer.from(file.toString("latin1").replace("False", "True "), "latin1");
}

describe("input files that do not fit are refused before anything runs", () => {
  const bytes = (...values: number[]) => Int8Array.from(values);
  it.each<
    [what: string, code: string, file: string, content: string | NodeJS.ArrayBufferView, model?: string]
  >([
    ["another extension", "input-format", "a.txt", ""],
    [".npy of another type", "input-type", "a.npy", npy(Int16Array.of(1, 2, 3, 4), [1, 4])],
    [".npy of another size", "input-shape", "a.npy", npy(bytes(1, 2, 3), [1, 3])],
    [".npy of another shape", "input-shape", "a.npy", npy(bytes(1, 2, 3, 4), [2, 2])],
    [".npy in Fortran's order", "input-malformed", "a.npy", fortran()],
    [".npy cut off", "input-malformed", "a.npy", npy(bytes(1, 2, 3, 4), [1, 4]).subarray(0, -1)],
    [
      ".npy cut off in the header",
      "input-malformed",
      "a.npy",
      npy(bytes(1, 2, 3, 4), [1, 4]).subarray(0, 20),
    ],
    [".npy with a huge shape", "input-malformed", "a.npy", npy(bytes(1, 2, 3, 4), [1e9, 1e9])],
    [".npy that is empty", "input-malformed", "a.npy", ""],
    [".npy with NaN", "input-not-finite", "a.npy", npy(Float32Array.of(1, Number.NaN, 0, 0), [4])],
    [".npz that is no archive", "input-malformed", "a.npz", "PK"],
    [".npz that claims a gigabyte", "input-malformed", "a.npz", claimsGigabyte()],
    [
      ".npz with too many arrays",
      "input-array",
      "a.npz",
      zipSync({ "a.npy": bytes(), "b.npy": bytes() } as never),
    ],
    [".npz without arrays", "input-array", "a.npz", zipSync({ "a.txt": new Uint8Array(4) })],
    [".bin of another length", "input-shape", "a.bin", bytes(1, 2, 3, 4, 5)],
    [".bin that is empty", "input-shape", "a.bin", ""],
    [".png of another size", "input-shape", "a.png", png([0, 0, 0], { width: 4 }), "grey.tflite"],
    [".png in colour for grey", "input-colour", "a.png", png([1, 2, 3], { colorType: 2 }), "grey.tflite"],
    [".png that is transparent", "input-colour", "a.png", png([1, 1, 1, 9], { colorType: 6 }), "grey.tflite"],
    [".png of 16 bits", "input-malformed", "a.png", png([1, 1, 1], { bitDepth: 16 }), "grey.tflite"],
    [".png that is interlaced", "input-malformed", "a.png", interlaced(), "grey.tflite"],
    [".png with two headers", "input-malformed", "a.png", twoHeaders(), "grey.tflite"],
    [".png cut off", "input-malformed", "a.png", png([1, 1, 1]).subarray(0, 50), "grey.tflite"],
    [".png that is none", "input-malformed", "a.png", "GIF89a", "grey.tflite"],
    [".png for an input that is no image", "input-no-image", "a.png", png([1, 1, 1]), "five.tflite"],
    [".wav of another length", "input-shape", "a.wav", wav([1, 2, 3])],
    [".wav in stereo", "input-type", "a.wav", wav([1, 2], 2)],
    [".wav of 8 bits", "input-type", "a.wav", wav([1, 2, 3, 4], 1, "8")],
    [".wav cut off", "input-malformed", "a.wav", wav([1, 2, 3, 4]).subarray(0, 46)],
    [".wav with a chunk that claims to be huge", "input-shape", "a.wav", hostileCue()],
    [".wav without samples", "input-malformed", "a.wav", wav([1]).subarray(0, 36)],
    [".wav that is none", "input-malformed", "a.wav", "ID3"],
    [".json of another length", "input-shape", "a.json", "[1, 2]"],
    [".json with text", "input-malformed", "a.json", '[1, 2, 3, "4"]'],
    [".json that is deep", "input-malformed", "a.json", "[".repeat(1e5) + "]".repeat(1e5)],
    [".json that is none", "input-malformed", "a.json", "[1, 2"],
    [".json with a number out of range", "input-not-finite", "a.json", "[1e999, 0, 0, 0]"],
    ["a file that is absent", "file-not-readable", "b.npy", "", "four.tflite"],
    ["too few files", "inputs-given", "a.npy", npy(bytes(1, 2, 3, 4), [1, 2, 2]), "two.tflite"],
  ])("%s: %s", async (_, code, file, content, model = "four.tflite") => {
    writeModel("five.tflite", identity([1, 2, 3, 5]));
    if (file !== "b.npy") writeFileSync(file, content);
    const called = await xsnn("run", model, "--json", "--input", file, "-o", "out");
    expect([called.code, codesOf(called)]).toEqual([1, [code]]);
  });

  it("different numbers of steps", async () => {
    writeFileSync("a.bin", bytes(...Array(8).keys()));
    writeFileSync("b.bin", bytes(1, 2));
    expect(codesOf(await xsnn("run", "two.tflite", "--json", "--input", "a.bin", "b.bin"))).toEqual([
      "input-steps",
    ]);
  });

  it("does not let a file write to the terminal", async () => {
    writeFileSync(
      "a.npz",
      zipSync({ "\u001b[2J\u009b2J\u202e.npy": new Uint8Array(4), "b.npy": new Uint8Array(4) }),
    );
    const { err } = await xsnn("run", "four.tflite", "--input", "a.npz");
    expect(err).toMatch(/^xsnn: a\.npz holds the arrays /);
    expect(err.replaceAll("\n", "")).not.toMatch(/\p{C}/u);
  });

  it("says what was found and what was expected", async () => {
    writeFileSync("a.npy", npy(bytes(1, 2, 3), [1, 3]));
    const { err } = await xsnn("run", "four.tflite", "--input", "a.npy");
    expect(err).toBe(
      "xsnn: a.npy holds shape [1, 3] where shape [1, 4] is expected [input-shape]\n" +
        "  bring the data to the model's input shape: `xsnn inspect` shows it\n",
    );
  });
});
