/** How a model's pictures are varied while it is trained. */
import type { Vary } from "../../codegen/compress/train/batches.js";
import { distort, type Limits } from "./augment.js";
import type { Picture } from "./picture.js";
import type { Random } from "./random.js";

export interface Variation {
  /** The part of the pictures that an epoch shows as they are, as sharp as those the model will meet. */
  readonly undistorted: number;
  readonly limits: Limits;
}

/** For `fitNetwork`. */
export function varyPicture({
  undistorted,
  limits,
}: Variation): (picture: Picture, random: Random) => Picture {
  return (picture, random) =>
    random() < undistorted ? picture : { ...picture, pixels: distort(picture.pixels, limits, random) };
}

/** The same for samples as `labelled` makes them. */
export function varySample({ undistorted, limits }: Variation): Vary {
  return (sample, random) => {
    if (random() < undistorted) return sample;
    const pixels = Uint8Array.from(sample[0], (value) => Math.round(255 * value));
    return [Float32Array.from(distort(pixels, limits, random), (pixel) => pixel / 255)];
  };
}
