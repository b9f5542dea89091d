import { refuse } from "../../problems/problem.js";
import { malformedAs } from "./malformed.js";
import { type EdgeTensor, quantized } from "./tensor.js";

/** A pixel's value range is 0 to 1: value p of 255 is the real number p / 255. */
const WHITE = 255;

/** The bytes of one step from a PNG. */
export async function readPng(bytes: Uint8Array, tensor: EdgeTensor, path: string): Promise<Uint8Array> {
  return quantized(await pngValues(bytes, tensor, path), tensor, path);
}

/** The real values of a PNG of exactly the input's height and width, grey or RGB as its channels ask for. */
export async function pngValues(
  bytes: Uint8Array,
  tensor: Pick<EdgeTensor, "shape" | "length">,
  path: string,
): Promise<Float64Array> {
  const { height, width, channels } = imageShape(tensor, path);
  checkHeader(Buffer.from(bytes), width, height, path);
  const { PNG } = (await import("pngjs")).default;
  let pixels: Uint8Array;
  try {
    pixels = PNG.sync.read(Buffer.from(bytes)).data;
  } catch (error) {
    return malformedAs("PNG", path)(error);
  }
  const values = new Float64Array(tensor.length);
  for (let pixel = 0, at = 0; pixel < width * height; pixel++) {
    const [red, green, blue, alpha] = pixels.subarray(4 * pixel, 4 * pixel + 4);
    if (alpha !== WHITE) refuse("input-colour", { path, why: "is transparent in parts" });
    if (channels === 1 && (red !== green || red !== blue))
      refuse("input-colour", { path, why: "is in colour, and the model takes grey" });
    values[at++] = red / WHITE;
    if (channels === 1) continue;
    values[at++] = green / WHITE;
    values[at++] = blue / WHITE;
  }
  return values;
}

/** An input is an image if its shape is height × width × channels, which can be 1 or 3, or height × width. */
function imageShape({ shape, length }: Pick<EdgeTensor, "shape" | "length">, path: string) {
  const sizes = shape.length > 2 && shape[0] === 1 ? shape.slice(1) : shape;
  const [height, width, channels = 1] = sizes;
  if (height * width * channels !== length || ![1, 3].includes(channels) || sizes.length < 2)
    return refuse("input-no-image", { path, shape });
  return { height, width, channels };
}

/**
 * Checks, before anything is unpacked, what decides how much memory the pixels take. Only the first chunk may be a
 * header; interlaced images, whose decoder knows no bound, are refused.
 */
function checkHeader(file: Buffer, width: number, height: number, path: string): void {
  const malformed = malformedAs("PNG", path);
  if (file.length < 33 || file.toString("latin1", 0, 8) !== "\x89PNG\r\n\x1a\n")
    malformed("it does not begin as one");
  for (let at = 8; at + 8 <= file.length; at += 12 + file.readUInt32BE(at)) {
    const isHeader = file.toString("latin1", at + 4, at + 8) === "IHDR";
    if (isHeader !== (at === 8)) malformed("its header is not the first chunk and that alone");
  }
  const [foundWidth, foundHeight] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const text = (w: number, h: number) => `an image ${w} wide and ${h} high`;
  if (foundWidth !== width || foundHeight !== height)
    refuse("input-shape", { path, found: text(foundWidth, foundHeight), expected: text(width, height) });
  if (file[24] > 8) malformed("it has more than 8 bits a sample; convert it to 8");
  if (file[28] !== 0) malformed("it is interlaced; save it without");
}
