/** Distortions that make many pictures of one. */
import { SIDE } from "./picture.js";
import type { Random } from "./random.js";

/** How far distortions go. */
export interface Limits {
  /** In radians. */
  readonly turn: number;
  readonly shear: number;
  /** As a part of the size. */
  readonly stretch: number;
  /** In pixels. */
  readonly shift: number;
}

/**
 * A random affine distortion of a picture, resampled bilinearly.
 *
 * @param pixels SIDE × SIDE, as is the result
 */
export function distort(pixels: Uint8Array, limits: Limits, random: Random): Uint8Array {
  const result = new Uint8Array(SIDE * SIDE);
  const spread = (most: number) => (2 * random() - 1) * most;
  const turn = spread(limits.turn);
  const shear = spread(limits.shear);
  const stretchX = 1 + spread(limits.stretch);
  const stretchY = 1 + spread(limits.stretch);
  const centre = (SIDE - 1) / 2;
  const fromX = centre + spread(limits.shift);
  const fromY = centre + spread(limits.shift);
  const xx = Math.cos(turn) * stretchX;
  const xy = (Math.cos(turn) * shear - Math.sin(turn)) * stretchX;
  const yx = Math.sin(turn) * stretchY;
  const yy = (Math.sin(turn) * shear + Math.cos(turn)) * stretchY;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const sourceX = fromX + xx * (x - centre) + xy * (y - centre);
      const sourceY = fromY + yx * (x - centre) + yy * (y - centre);
      result[y * SIDE + x] = Math.round(sample(pixels, sourceX, sourceY));
    }
  }
  return result;
}

/** The picture between pixels; black outside. */
function sample(pixels: Uint8Array, x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const right = x - left;
  const bottom = y - top;
  return (
    (pixel(pixels, left, top) * (1 - right) + pixel(pixels, left + 1, top) * right) * (1 - bottom) +
    (pixel(pixels, left, top + 1) * (1 - right) + pixel(pixels, left + 1, top + 1) * right) * bottom
  );
}

function pixel(pixels: Uint8Array, x: number, y: number): number {
  return x < 0 || x >= SIDE || y < 0 || y >= SIDE ? 0 : pixels[y * SIDE + x];
}
