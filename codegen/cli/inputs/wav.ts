import { refuse } from "../../problems/problem.js";
import { malformedAs } from "./malformed.js";
import { type EdgeTensor, quantized } from "./tensor.js";

const PCM = 1;

/** Full scale of 16-bit samples: sample s is the real number s / 32768. */
const FULL_SCALE = 32768;

/** The bytes of one step from a WAV file. */
export function readWav(bytes: Uint8Array, tensor: EdgeTensor, path: string): Uint8Array {
  return quantized(wavValues(bytes, tensor, path), tensor, path);
}

/**
 * The real values of a WAV file of 16-bit mono PCM, as many samples as the input has elements. Only the two chunks that
 * matter are read: whatever other chunks claim to hold costs nothing.
 */
export function wavValues(bytes: Uint8Array, tensor: Pick<EdgeTensor, "length">, path: string): Float64Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const malformed = malformedAs("WAV file", path);
  const text = (start: number) => file.toString("latin1", start, start + 4);
  if (file.length < 12 || text(0) !== "RIFF" || text(8) !== "WAVE")
    return malformed("it does not begin as one");
  let format: Buffer | undefined;
  for (let at = 12; at + 8 <= file.length; ) {
    const length = file.readUInt32LE(at + 4);
    const content = file.subarray(at + 8, at + 8 + length);
    if (content.length < length) return malformed("it is cut off");
    if (text(at) === "fmt ") format = content;
    if (text(at) === "data") {
      if (!format) return malformed("its samples come before their format");
      requireFormat(format, path);
      return samples(content, tensor, path);
    }
    at += 8 + length + (length & 1);
  }
  return malformed("it holds no samples");
}

function requireFormat(format: Buffer, path: string): void {
  if (format.length < 16) malformedAs("WAV file", path)("its format is cut off");
  const [coding, channels, bits] = [format.readUInt16LE(0), format.readUInt16LE(2), format.readUInt16LE(14)];
  if (coding === PCM && channels === 1 && bits === 16) return;
  const found = `${channels} channels of ${bits} bits in coding ${coding}`;
  refuse("input-type", { path, found, expected: "1 channel of 16 bits in coding 1 (PCM)" });
}

function samples(content: Buffer, tensor: Pick<EdgeTensor, "length">, path: string): Float64Array {
  const found = content.length >> 1;
  if (found !== tensor.length)
    return refuse("input-shape", { path, found: `${found} samples`, expected: `${tensor.length} samples` });
  return Float64Array.from({ length: found }, (_, i) => content.readInt16LE(2 * i) / FULL_SCALE);
}
