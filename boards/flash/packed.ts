/** An image as the loaders take it: deflated, in blocks. */
import { deflateSync } from "node:zlib";
import { Unzlib } from "fflate";

export interface PackedBlock {
  readonly bytes: Uint8Array;
  /** How many bytes of the image are complete once the chip has this block: what it has to erase and to write. */
  readonly imageBytes: number;
}

/** @param blockBytes of which all but the last block are */
export function pack(image: Uint8Array, blockBytes: number): readonly PackedBlock[] {
  const packed = deflateSync(image, { level: 9 });
  let imageBytes = 0;
  const unpack = new Unzlib((chunk) => {
    imageBytes += chunk.length;
  });
  return Array.from({ length: Math.ceil(packed.length / blockBytes) }, (_, i) => {
    const bytes = packed.subarray(i * blockBytes, (i + 1) * blockBytes);
    const before = imageBytes;
    unpack.push(bytes, (i + 1) * blockBytes >= packed.length);
    return { bytes, imageBytes: imageBytes - before };
  });
}
